import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isRecord } from '../../src/record.ts';
import type { LiveServer } from './options.ts';

/** The versions of ZITADEL that the sandbox answers as. */
export const VERSIONS = ['4.0', '2.70'] as const;

export interface StandIn {
  readonly server: LiveServer;
  readonly stop: () => Promise<void>;
}

/** The sandbox of the built command as a ZITADEL of that version, on a free port, with its files in that folder. */
export async function startStandIn(program: string, version: (typeof VERSIONS)[number], directory: string): Promise<StandIn> {
  const config = join(directory, 'stand-in');
  mkdirSync(config, { recursive: true, mode: 0o700 });
  const args = [program, 'sandbox', 'start', '--memory', '--port', '0', '--open-controls', '--switch', `zitadel=${version}`];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], FLOWKIWI_CONFIG_DIR: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await ended;
  };
  const said = text(child.stderr);
  const failed = ended.then(async () => Promise.reject(new Error(`the sandbox did not start: ${await said}`)));
  const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
  // An instance's own issuer is named localhost; 127.0.0.1 is the sandbox's.
  const url = `http://localhost:${new URL(String(line).trim()).port}`;
  try {
    const patFile = join(directory, 'stand-in.pat');
    writeFileSync(patFile, await tokenOf(url), { mode: 0o600 });
    const systemUser = { name: 'sandbox', keyFile: join(config, 'sandbox-system-user.pem'), audience: undefined };
    return { server: { url, patFile, systemUser, instanceHost: undefined }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function tokenOf(url: string): Promise<string> {
  const body = JSON.stringify({ email: 'jane@acme.example' });
  const response = await fetch(`${url}/_sandbox/tokens`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const json: unknown = await response.json();
  if (isRecord(json) && typeof json['access_token'] === 'string') return json['access_token'];
  throw new Error(`the sandbox gave no token (status ${response.status})`);
}
