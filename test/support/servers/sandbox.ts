import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newHome, type RunOptions, secret as registerSecret, start } from '../flowkiwi.ts';

/** A sandbox that runs as its own process, started by the built command. */
export interface RunningSandbox {
  readonly url: string;
  readonly pid: number | undefined;
  /** What its controls ask for, registered as a secret; undefined when they are open. */
  readonly secret: string | undefined;
  /** A fresh access token for that address, registered as a secret. */
  readonly token: (email?: string) => Promise<string>;
  /** Environment of a script that is signed in: `FLOWKIWI_URL` and `FLOWKIWI_TOKEN`. */
  readonly environment: (email?: string) => Promise<Record<string, string>>;
  /** Calls one of the emulator's own controls. */
  readonly control: (path: string, body: unknown) => Promise<unknown>;
  /** What it has said so far. */
  readonly stderr: () => string;
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `flowkiwi sandbox start` in memory on a free port, with more arguments if any. */
export async function startSandbox(args: readonly string[] = ['--memory'], options: RunOptions = {}): Promise<RunningSandbox> {
  const { home = homeWithKey(), env = {} } = options;
  const child = start(['sandbox', 'start', '--port', '0', ...args], { ...options, home });
  const ended = once(child, 'close');
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    void ended.then(() => reject(new Error(`the sandbox did not start: ${stderr}`)));
  });

  const secret = secretIn(env['FLOWKIWI_CONFIG_DIR'] ?? join(home, '.config', 'flowkiwi'), url);

  async function control(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered with status ${response.status}: ${await response.text()}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async function token(email = 'jane@acme.example'): Promise<string> {
    const answer = await control('tokens', { email });
    if (typeof answer !== 'object' || answer === null || !('access_token' in answer)) throw new Error('no token came back');
    return registerSecret(String(answer.access_token));
  }

  return {
    url,
    pid: child.pid,
    secret,
    token,
    control,
    stderr: () => stderr,
    environment: async (email) => ({ FLOWKIWI_URL: url, FLOWKIWI_TOKEN: await token(email) }),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [status] = await ended;
      return typeof status === 'number' ? status : null;
    },
  };
}

/** The key of the sandbox's system user, made once for all sandboxes: each would make one of its own, which takes as long as all the rest. */
let systemUserKey: string | undefined;

function homeWithKey(): string {
  const home = newHome();
  const folder = join(home, '.config', 'flowkiwi');
  const format = { type: 'pkcs1', format: 'pem' } as const;
  systemUserKey ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: format, publicKeyEncoding: format }).privateKey;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'sandbox-system-user.pem'), systemUserKey, { mode: 0o600 });
  return home;
}

/** The secret of a sandbox, from the file in which commands find it, named after its port. */
function secretIn(folder: string, url: string): string | undefined {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const [name] = files.filter((file) => file.endsWith(`-${new URL(url).port}.secret`));
  return name === undefined ? undefined : registerSecret(readFileSync(join(folder, name), 'utf8').trim());
}
