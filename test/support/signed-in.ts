import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/record.ts';
import { newHome, type Run, type RunOptions, secret } from './flowkiwi.ts';
import { inProcess } from './in-process.ts';

/** A home folder with the credential of a real sign-in in it. */
export interface SignedIn {
  readonly home: string;
  readonly path: string;
  /** What is stored for the profile `default`; undefined when there is nothing. Tokens in it are registered as secrets. */
  readonly stored: () => Readonly<Record<string, unknown>> | undefined;
  /** Changes what is stored, as time or an attacker would. */
  readonly change: (properties: Readonly<Record<string, unknown>>) => void;
}

/** A script that plays the browser of a person: follows the redirects with their cookies, over the network, as `BROWSER` is called. */
export function curlBrowser(home: string): string {
  const script = join(home, 'browser');
  const jar = join(home, 'cookies');
  writeFileSync(script, `#!/bin/sh\nexec curl --silent --location --max-time 20 --output /dev/null -c '${jar}' -b '${jar}' "$1"\n`, {
    mode: 0o755,
  });
  return script;
}

/** Signs in through the browser flow at a sandbox that approves by itself; without a process, unless `run` is that of the built command. */
export async function signIn(
  url: string,
  options: RunOptions = {},
  run: (args: readonly string[], options: RunOptions) => Promise<Run> = inProcess,
): Promise<SignedIn> {
  const home = options.home ?? newHome();
  const env = { ...options.env, FLOWKIWI_URL: url, BROWSER: curlBrowser(home) };
  const { status, stderr } = await run(['login', '--browser', '--timeout', '20s'], { ...options, home, env });
  if (status !== 0) throw new Error(`the sign-in failed: ${stderr}`);
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  const signedIn = signedInAt(home, path);
  signedIn.stored();
  return signedIn;
}

/** What is stored for the profile `default` in that home folder; `path` is the file of the credentials. */
export function signedInAt(home: string, path: string): SignedIn {
  const read = (): Record<string, unknown> => {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(document) || !isRecord(document['credentials'])) throw new Error('credentials.json is not what it should be');
    return document;
  };
  const stored = () => {
    const { credentials } = read();
    const entry = isRecord(credentials) ? credentials['default'] : undefined;
    if (!isRecord(entry)) return undefined;
    for (const name of ['access_token', 'refresh_token', 'id_token']) if (typeof entry[name] === 'string') secret(entry[name]);
    return entry;
  };
  return {
    home,
    path,
    stored,
    change: (properties) => {
      const entry = { ...stored(), ...properties };
      for (const name of ['access_token', 'refresh_token'] as const) {
        const token = properties[name];
        if (typeof token === 'string') secret(token);
      }
      const document = read();
      const others = isRecord(document['credentials']) ? document['credentials'] : {};
      writeFileSync(path, JSON.stringify({ ...document, credentials: { ...others, default: entry } }));
    },
  };
}
