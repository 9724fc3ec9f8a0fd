import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);

/** Starts the server, provokes an error page and a token error, prints their statuses. */
const PROGRAM = `
import { createServer } from 'node:http';
import { openDatabase } from './src/sandbox/database.ts';
import { createAuthorizationServer } from './src/sandbox/oauth/authorization-server.ts';
const clock = { now: Date.now, sleep: async () => {} };
const server = createServer().listen(0, '127.0.0.1', async () => {
  const issuer = 'http://127.0.0.1:' + server.address().port;
  const database = await openDatabase({ path: undefined, clock });
  const { handle } = await createAuthorizationServer({ issuer, database, autoApprove: true, clock });
  server.on('request', handle);
  const page = await fetch(issuer + '/oauth/authorize?client_id=unknown', { headers: { accept: 'text/html' } });
  const body = new URLSearchParams({ client_id: 'flowkiwi-cli', grant_type: 'refresh_token', refresh_token: 'unknown' });
  const token = await fetch(issuer + '/oauth/token', { method: 'POST', body });
  const device = await fetch(issuer + '/oauth/device_authorization', { method: 'POST', body: new URLSearchParams({ client_id: 'flowkiwi-cli', scope: 'openid' }) });
  process.stdout.write([page.status, token.status, (await token.json()).error, device.status, (await device.json()).interval].join(' '));
  server.close();
  server.closeAllConnections();
});
`;

test('bundled as CommonJS and minified it works, and nothing is printed that is not ours', async ({ onTestFinished }) => {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-bundle-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, 'program.cjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.18',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
  });
  copyFileSync(join(dirname(require.resolve('node-sqlite3-wasm')), 'node-sqlite3-wasm.wasm'), join(directory, 'node-sqlite3-wasm.wasm'));
  const env = { ...process.env, NODE_OPTIONS: '' };
  expect(await promisify(execFile)(process.execPath, [outfile], { env })).toEqual({ stdout: '400 400 invalid_grant 200 5', stderr: '' });
});
