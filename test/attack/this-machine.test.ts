// @module-tag openssl
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { type CertificateAuthority, certificateAuthority } from '../support/servers/certificate-authority.ts';
import { connectProxy } from '../support/servers/connect-proxy.ts';
import { metadata } from '../support/servers/serve.ts';

/** How this machine can be written so that it looks like another one. */
const HOSTS = ['0.0.0.0', '[::ffff:127.0.0.1]', '[::ffff:0.0.0.0]', 'localhost.', 'acme.localhost.'];
const API = 'https://identity.flowkiwi.net';
const FLOWKIWI_CLIENT_SECRET = secret('client-secret-for-a-server-elsewhere');

let authority: CertificateAuthority;

beforeAll(() => {
  const addresses = ['127.0.0.1', '0.0.0.0', '::ffff:127.0.0.1', '::ffff:0.0.0.0'].map((address) => `IP:${address}`);
  authority = certificateAuthority(['DNS:identity.flowkiwi.net', 'DNS:localhost', 'DNS:acme.localhost', ...addresses]);
});

/** A server of another user of this machine, with a certificate that is trusted, and what it was asked. */
async function startTrap(): Promise<{ readonly port: number; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const port = await authority.serve(({ url, headers }, response) => {
    asked.push(`${headers.host}${url}`);
    json(response, headers.host === undefined ? {} : metadata(`https://${headers.host}`));
  });
  return { port, asked };
}

/** Flowkiwi Identity, far behind a proxy, that publishes `documents`; `env` is the environment of a command that finds it. */
async function startElsewhere(documents: Readonly<Record<string, object>>) {
  const port = await authority.serve(({ url = '' }: IncomingMessage, response) => json(response, documents[url]));
  const proxy = await connectProxy({ route: (target) => (target === 'identity.flowkiwi.net:443' ? port : undefined) });
  const direct = 'localhost,0.0.0.0,::ffff:7f00:1,::ffff:0:0';
  return { HTTPS_PROXY: proxy.url, NO_PROXY: direct, NODE_EXTRA_CA_CERTS: authority.path };
}

function json(response: ServerResponse, document: object | undefined): void {
  response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
}

test.each(HOSTS)('an API elsewhere does not make %s the sign-in server', async (host) => {
  const trap = await startTrap();
  const env = await startElsewhere({
    '/.well-known/oauth-protected-resource': { resource: API, authorization_servers: [`https://${host}:${trap.port}`] },
  });
  const run = await flowkiwi(['login', '--device'], { env });
  expect(trap.asked).toEqual([]);
  expect([run.status, textError(run).message]).toEqual([4, `${API} names a sign-in server on this machine: https://${host}:${trap.port}`]);
});

test.each([...HOSTS, '127.0.0.1', 'localhost'])('a sign-in server elsewhere does not have a client secret sent to %s', async (host) => {
  const trap = await startTrap();
  const document = metadata(API, { token_endpoint: `https://${host}:${trap.port}/token` });
  const env = await startElsewhere({ '/.well-known/openid-configuration': document });
  const run = await flowkiwi(['login', '--client-credentials', '--client-id', 'c'], { env: { ...env, FLOWKIWI_CLIENT_SECRET } });
  expect(trap.asked).toEqual([]);
  expect([run.status, textError(run).message]).toEqual([4, expect.stringContaining('names a token endpoint that is on this machine')]);
});

test.each(HOSTS)('a proxy is not asked for %s, which is another machine to it', async (host) => {
  const trap = await startTrap();
  const proxy = await connectProxy({ route: () => trap.port });
  const env = { FLOWKIWI_TOKEN: 'opaque-token', FLOWKIWI_URL: `https://${host}:${trap.port}`, NODE_EXTRA_CA_CERTS: authority.path };
  const run = await flowkiwi(['api', '/x'], { env: { ...env, HTTPS_PROXY: proxy.url } });
  expect([run.status, run.stderr, proxy.targets]).toEqual([0, '', []]);
  expect(trap.asked).toHaveLength(1);
});
