import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/record.ts';
import { newHome, secret } from './flowkiwi.ts';
import type { RunningSandbox } from './servers/sandbox.ts';

/** A machine that a sandbox knows, with everything that it can sign in with. All secrets of it are registered. */
export interface Machine {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly keyId: string;
  /** The key file of ZITADEL. */
  readonly keyFile: string;
  /** The key in it. */
  readonly pem: string;
  /** What a job of GitHub Actions finds in its environment. */
  readonly job: Readonly<Record<string, string>>;
}

export async function newMachine(sandbox: RunningSandbox): Promise<Machine> {
  const machine = record(await sandbox.control('machines', { name: 'Onboarding' }));
  const [key, ci] = [record(machine['key']), record(machine['ci'])];
  const pem = text(key['key']);
  for (const line of pem.split('\n')) if (!line.startsWith('-----') && line.length > 40) secret(line);
  return {
    clientId: text(machine['client_id']),
    clientSecret: secret(text(machine['client_secret'])),
    keyId: text(key['keyId']),
    keyFile: JSON.stringify(key),
    pem,
    job: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: text(ci['request_url']),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret(text(ci['request_token'])),
    },
  };
}

/** The token of the machine's CI job for that audience. */
export async function jobToken({ job }: Machine, audience: string): Promise<string> {
  const url = new URL(job['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  url.searchParams.set('audience', audience);
  const response = await fetch(url, { headers: { authorization: `Bearer ${job['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` } });
  return secret(text(record(await response.json())['value']));
}

/** A home folder with these files in it, closed to others. */
export function homeWith(files: Readonly<Record<string, string>>): string {
  const home = newHome();
  mkdirSync(home, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content, { mode: 0o600 });
  return home;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`not what the sandbox answers: ${JSON.stringify(value)}`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not what the sandbox answers: ${JSON.stringify(value)}`);
  return value;
}
