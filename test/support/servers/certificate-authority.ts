import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { listen } from './listen.ts';

/** An authority that no system trusts, with a server certificate of its own making. */
export interface CertificateAuthority {
  /** File with the authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly path: string;
  /** Certificate and key of the server. */
  readonly credentials: { readonly cert: string; readonly key: string };
  /** A real HTTPS server with a certificate for `names`, on a free port of 127.0.0.1, closed with the test. */
  readonly serve: (listener: RequestListener) => Promise<number>;
}

/** Makes an authority with openssl, and a certificate for the names (`DNS:…`, `IP:…`) that is valid for `days`. */
export function certificateAuthority(names: readonly string[]): CertificateAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-ca-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=test');
  writeFileSync(file('names'), `subjectAltName=${names.join(',')}\n`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '1'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed);
  const credentials = { cert: readFileSync(file('server.pem'), 'utf8'), key: readFileSync(file('server.key'), 'utf8') };
  return {
    path: file('ca.pem'),
    credentials,
    serve: async (listener) => {
      const server = createServer(credentials, listener);
      const { port } = await listen(server);
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return port;
    },
  };
}
