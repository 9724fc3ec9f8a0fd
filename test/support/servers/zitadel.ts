import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowkiwi, newHome, type Run, type RunOptions } from '../flowkiwi.ts';
import { inProcess } from '../in-process.ts';
import { type RunningSandbox, startSandbox } from './sandbox.ts';

/** A ZITADEL of the sandbox, with a system user whose key the test has. */
export interface Zitadel {
  readonly sandbox: RunningSandbox;
  /** A new home folder whose profile in use is this ZITADEL; with `systemUser: false` without the system user. */
  readonly home: (options?: ProfileOptions) => string;
  /** Runs the command there, by default in a new home folder as a user who administers the instance. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** The same without a process. */
  readonly quick: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Sets switches of the sandbox, as `lag=2000`. */
  readonly switches: (...switches: readonly string[]) => Promise<unknown>;
}

export interface ProfileOptions {
  readonly systemUser?: boolean;
  /** Further entries of the profile in config.json. */
  readonly profile?: Readonly<Record<string, unknown>>;
}

const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
export const SYSTEM_USER = 'provisioning';

export async function startZitadel(): Promise<Zitadel> {
  const sandbox = await startSandbox();
  await addSystemUser(sandbox);
  const token = await sandbox.token();
  const home = (options?: ProfileOptions) => zitadelHome(sandbox.url, options);
  const there = (options: RunOptions = {}) => ({ home: home(), ...options, env: { FLOWKIWI_TOKEN: token, ...options.env } });
  return {
    sandbox,
    home,
    run: (args, options) => flowkiwi(args, there(options)),
    quick: (args, options) => inProcess(args, there(options)),
    switches: (...switches) => sandbox.control('switches', { switches }),
  };
}

/** Makes the system user of `zitadelHome` known to a sandbox. */
export async function addSystemUser({ control }: RunningSandbox): Promise<void> {
  await control('zitadel/system-users', { name: SYSTEM_USER, public_key: KEYS.publicKey });
}

/** A home folder whose profile in use, `tenants`, is a ZITADEL at that URL. */
export function zitadelHome(url: string, { systemUser = true, profile = {} }: ProfileOptions = {}): string {
  const home = newHome();
  const directory = join(home, '.config', 'flowkiwi');
  const key = join(directory, 'system-user.pem');
  const system = systemUser ? { system_user: SYSTEM_USER, system_key: key } : {};
  const tenants = { provider: 'zitadel', url, ...system, ...profile };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(key, KEYS.privateKey, { mode: 0o600 });
  const config = { version: 1, current_profile: 'tenants', profiles: { tenants } };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return home;
}
