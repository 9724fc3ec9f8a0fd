import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { ownPort } from '../support/own-port.ts';
import { listen } from '../support/servers/listen.ts';
import { until } from '../support/terminal.ts';

// Each way in which TLS can fail, at a server that OpenSSL runs: one cause, and one hint for it.

const TOKEN = secret('token-for-a-server-with-tls');
const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-tls-'));
const file = (name: string) => join(folder, name);
const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

const AUTHORITY = `[ca]
default_ca = all
[all]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

/** A certificate of the test's authority, for a host and a time. */
function certificate(name: string, host: string, from: string, to: string): void {
  writeFileSync(file('names'), `subjectAltName=DNS:${host}\n`);
  const time = ['-startdate', from, '-enddate', to];
  openssl(
    'ca',
    '-config',
    'ca.cnf',
    '-batch',
    '-cert',
    'ca.pem',
    '-keyfile',
    'ca.key',
    '-in',
    'server.csr',
    ...time,
    '-extfile',
    'names',
    '-out',
    name,
  );
}

beforeAll(() => {
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=test');
  writeFileSync(file('ca.cnf'), AUTHORITY);
  writeFileSync(file('index.txt'), '');
  const [past, now, future, later] = ['20200101000000Z', '20240101000000Z', '20900101000000Z', '20910101000000Z'];
  certificate('good.pem', 'localhost', past, future);
  certificate('expired.pem', 'localhost', past, now);
  certificate('future.pem', 'localhost', future, later);
  certificate('other.pem', 'other.example', past, future);
});

/** Starts a server of OpenSSL's; its port is free again at the end of the test. */
async function serve(certificateFile: string, ...options: readonly string[]): Promise<number> {
  const port = await ownPort();
  const files = ['-cert', certificateFile, '-key', 'server.key'];
  const server: ChildProcess = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-www', ...options], {
    cwd: folder,
    stdio: 'ignore',
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  await until(
    () => isOpen(port),
    () => `nothing listens on ${port}`,
  );
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function failed(url: string, env: Readonly<Record<string, string>> = { NODE_EXTRA_CA_CERTS: file('ca.pem') }) {
  const run = await flowkiwi(['org', 'get', 'x'], { env: { FLOWKIWI_URL: url, FLOWKIWI_TOKEN: TOKEN, ...env } });
  return { status: run.status, ...textError({ ...run, stderr: run.stderr.replace(/^Warning: Ignoring extra certs.*\n/, '') }) };
}

describe('openssl', { tags: ['openssl'] }, () => {
  const CLIENT = ['-Verify', '1', '-CAfile', 'ca.pem', '-verify_return_error'];
  test.each<[what: string, certificate: string, options: readonly string[], message: RegExp, hint: RegExp]>([
    ['an expired certificate', 'expired.pem', [], /has expired$/, /has to renew it/],
    ['one that is not valid yet', 'future.pem', [], /is not valid yet$/, /set this computer's clock/],
    ['one for another host', 'other.pem', [], /is for another host: DNS:other\.example$/, /check the URL/],
    ['HTTP/2 alone', 'good.pem', ['-alpn', 'h2'], /speaks HTTP\/2 alone$/, /HTTP\/1\.1/],
    ['a client certificate, TLS 1.3', 'good.pem', CLIENT, /client certificate|closed the connection/, /client certificate/],
    ['a client certificate, TLS 1.2', 'good.pem', [...CLIENT, '-tls1_2'], /the server refuses it|client certificate/, /client certificate/],
    ['old versions alone', 'good.pem', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], /no version of TLS/, /TLS 1\.2 or 1\.3/],
  ])('%s', async (_, name, options, message, hint) => {
    const port = await serve(name, ...options);
    const { status, ...said } = await failed(`https://localhost:${port}`);
    expect(status).toBe(75);
    expect(said).toEqual({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
  });

  test.each([
    ['nothing', {}, /NODE_EXTRA_CA_CERTS/],
    ['a file that is not there', { NODE_EXTRA_CA_CERTS: '/nonexistent/ca.pem' }, /names \/nonexistent\/ca\.pem, which is not there/],
    ['a file without a certificate', { NODE_EXTRA_CA_CERTS: file('ca.key') }, /has no certificate in PEM form/],
  ])('an authority that is not known, with %s in NODE_EXTRA_CA_CERTS', async (_, env, hint) => {
    const port = await serve('good.pem');
    expect(await failed(`https://localhost:${port}`, env)).toEqual({
      status: 75,
      message: expect.stringMatching(/is not trusted/),
      hint: expect.stringMatching(hint),
    });
  });

  test('http to a port for TLS', async () => {
    const port = await serve('good.pem');
    expect(await failed(`http://localhost:${port}`)).toMatchObject({ status: 75, hint: expect.stringContaining('begin with https://') });
  });

  test('SSL_CERT_FILE is trusted, and read for nothing else', async () => {
    const server = createSecureServer({ cert: readFileSync(file('good.pem')), key: readFileSync(file('server.key')), allowHTTP1: true });
    server.on('request', (_, response) => response.end('{"id":"1","name":"Acme"}'));
    const { port } = await listen(server);
    onTestFinished(() => void server.close());
    const env = { FLOWKIWI_URL: `https://localhost:${port}`, FLOWKIWI_TOKEN: TOKEN };
    const run = (SSL_CERT_FILE: string) => flowkiwi(['api', '/x'], { env: { ...env, SSL_CERT_FILE } });
    expect(await run(file('ca.pem'))).toMatchObject({ status: 0, stderr: '' });
    expect(await run('/nonexistent')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('SSL_CERT_FILE names /nonexistent, which is not there'),
    });
    const elsewhere = await flowkiwi(['api', '/x'], { env: { ...env, FLOWKIWI_URL: 'http://127.0.0.1:9', SSL_CERT_FILE: '/nonexistent' } });
    expect(elsewhere.stderr).toContain('connection refused');
  });
});

test('https to a port without TLS, and HTTP/2 without TLS', async () => {
  const server = createServer();
  const { port } = await listen(server);
  onTestFinished(() => void server.close());
  expect((await failed(`https://localhost:${port}`)).message).toMatch(/there is no TLS at that port$|closed the connection/);
  expect(await failed(`http://127.0.0.1:${port}`)).toMatchObject({ status: 75, message: `http://127.0.0.1:${port} speaks HTTP/2 alone` });
});
