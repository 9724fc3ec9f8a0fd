import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { newHome } from '../support/flowkiwi.ts';
import { call, startInMemory } from '../support/servers/sandbox-in-memory.ts';
import { textAt } from '../support/servers/zitadel-in-memory.ts';
import { NIMBUS, PYTHON_CLIENTS } from './runtimes.mjs';

const run = promisify(execFile);

let sandbox: Sandbox;
/** Where the instance of ZITADEL is its own issuer. */
let instance: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  instance = `http://localhost:${new URL(sandbox.url).port}`;
});

afterAll(() => sandbox.close());

async function python(script: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], PYTHONPATH: PYTHON_CLIENTS.folder };
  return (await run('python3', ['-W', 'ignore', join(import.meta.dirname, 'clients', script), ...args], { env })).stdout.trim();
}

/** A machine user of ZITADEL that owns the instance, with what it signs in with. */
async function newMachine(name: string) {
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const send = async (method: string, path: string, body: object) => (await call(sandbox.url, method, path, { token, body })).json;
  const userId = textAt(await send('POST', '/management/v1/users/machine', { userName: name, name }), 'userId');
  await send('POST', '/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
  const key = await send('POST', `/management/v1/users/${userId}/keys`, { type: 'KEY_TYPE_JSON' });
  const { clientId, clientSecret } = await send('PUT', `/management/v1/users/${userId}/secret`, {});
  const file = join(newHome(), 'key.json');
  writeFileSync(file, Buffer.from(textAt(key, 'keyDetails'), 'base64'), { mode: 0o600 });
  return { file, secret: [String(clientId), String(clientSecret)] };
}

test.each<[what: string, origin: () => string]>([
  ['the instance', () => instance],
  ['the sandbox itself', () => sandbox.url],
])("ZITADEL's client for Python signs in with a key at %s", { tags: ['zitadel-client'] }, async (_, origin) => {
  const { file } = await newMachine(`key-${new URL(origin()).hostname}`);
  expect(await python('zitadel-client.py', origin(), file)).toBe('Sandbox');
});

test("ZITADEL's client for Python signs in with a secret", { tags: ['zitadel-client'] }, async () => {
  const { secret } = await newMachine('secret');
  expect(await python('zitadel-client.py', instance, ...secret)).toBe('Sandbox');
});

test('authlib signs in, refreshes, and has tokens looked at and revoked', { tags: ['authlib'] }, async () => {
  const redirect = 'http://localhost:4567/callback';
  const grants = ['authorization_code', 'refresh_token'];
  const metadata = { redirect_uris: [redirect], grant_types: grants };
  const { json } = await call(sandbox.url, 'POST', '/oauth/register', { body: metadata });
  const args = [sandbox.url, textAt(json, 'client_id'), textAt(json, 'client_secret'), redirect];
  expect(JSON.parse(await python('authlib-client.py', ...args))).toEqual({
    scope: 'openid email offline_access',
    active: [true, false],
    userinfo: 401,
  });
});

test('authlib signs in as a machine with its key, as the metadata say that it can', { tags: ['authlib'] }, async () => {
  const { client_id: id, key } = await sandbox.createMachine('authlib');
  const file = join(newHome(), 'key.pem');
  writeFileSync(file, key.key, { mode: 0o600 });
  expect(JSON.parse(await python('authlib-key.py', sandbox.url, id, file))).toEqual({ listed: true, token_type: 'Bearer' });
});

test('Nimbus signs in as a machine, and reads why it is refused', { tags: ['nimbus'] }, async () => {
  const { client_id: id, client_secret: secret, key } = await sandbox.createMachine('Nimbus');
  const keyFile = join(newHome(), 'key.der');
  writeFileSync(keyFile, createPrivateKey(key.key).export({ type: 'pkcs8', format: 'der' }), { mode: 0o600 });
  const java = join(NIMBUS.java() ?? '', 'bin', 'java');
  const source = join(NIMBUS.project, 'Nimbus.java');
  const { stdout } = await run(java, ['-cp', join(NIMBUS.folder, '*'), source, sandbox.url, id, secret, keyFile]);
  expect(stdout.trim().split('\n')).toEqual([
    'active: true',
    'by key: true true',
    'bad code: invalid_grant',
    'bad secret: invalid_client',
    'bad token: application/json',
  ]);
});
