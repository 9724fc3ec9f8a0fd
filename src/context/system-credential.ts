import { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Edges } from '../edges.ts';
import { CliError } from '../errors.ts';
import { type Help, helpWith, readableByOthers } from '../hint.ts';
import { clockAheadMs, wrongClock } from '../http/server-clock.ts';
import type { Credential } from '../identity/credential.ts';
import { NEEDS_SYSTEM_USER } from '../identity/zitadel/dialect.ts';
import { systemTokenClaims } from '../identity/zitadel/system-token.ts';
import { readRsaKeyFile } from '../oauth/private-key.ts';
import { signJwt } from '../oauth/signed-jwt.ts';
import { once } from '../once.ts';
import { environmentCredential } from './environment-credential.ts';
import type { Profile, SystemUser } from './profile.ts';

export interface SystemCredentialOptions {
  readonly profile: Profile;
  readonly edges: Pick<Edges, 'env' | 'clock' | 'platform'>;
  /** Folder that a relative path of the key is beneath. */
  readonly directory: string;
  readonly warn: (text: Help) => void;
}

/**
 * What requests to ZITADEL's system API are signed in with: a token that the profile's system user signs for each command, else the one of
 * `FLOWKIWI_TOKEN`, which may have been signed elsewhere. `accessToken` throws `auth` when there is neither, or the key cannot be used.
 */
export function systemCredential({ profile, edges, directory, warn }: SystemCredentialOptions): Credential {
  const { systemUser } = profile;
  const renew = () => Promise.resolve(undefined);
  if (systemUser) {
    const path = resolve(directory, systemUser.key);
    const key = once(() => usableKey(path, systemUser, { ...edges, warn }));
    let aheadMs = 0;
    let current: string | undefined;
    const token = () => {
      current ??= signedToken(systemUser, key(), edges.clock.now() - aheadMs);
      return current;
    };
    /** One that is signed by the server's time, once, when the server refuses while its clock is another. */
    const renewInTime: Credential['renew'] = async (_refused, answer = { headers: {} }) => {
      const difference = clockAheadMs(answer, edges.clock.now()) ?? 0;
      const wrong = wrongClock(difference, profile.url);
      if (aheadMs !== 0 || wrong === undefined) return undefined;
      aheadMs = difference;
      current = undefined;
      warn(`${wrong}: set it; the token was signed again, by the time of the server`);
      return token();
    };
    const remedy = helpWith(
      `the server has to know the system user ${systemUser.name} with this key, and ${systemUser.audience} has to be its own address; about --system-audience`,
      ...['profile', 'add', '--help'],
    );
    return { source: `a token signed by the system user ${systemUser.name}`, remedy, accessToken: async () => token(), renew: renewInTime };
  }
  const fromEnvironment = environmentCredential(edges.env);
  if (fromEnvironment) return { ...fromEnvironment, remedy: NEEDS_SYSTEM_USER };
  const accessToken = () =>
    Promise.reject(
      new CliError('auth', `profile ${profile.name} has no system user, whose key this command needs`, { hint: NEEDS_SYSTEM_USER }),
    );
  return { source: 'no system user', remedy: NEEDS_SYSTEM_USER, accessToken, renew };
}

function signedToken({ name, audience }: SystemUser, key: KeyObject, now: number): string {
  return signJwt({ claims: systemTokenClaims({ user: name, audience, now }), key });
}

const KEY_IS_ABSENT = helpWith(
  'for a server of your own put the private key there, or name another file with --system-key; the key of the sandbox is put there by',
  ...['sandbox', 'start'],
);

/** The private key of a system user. Throws `auth`, without a word of the file's content. */
function usableKey(
  path: string,
  { name }: SystemUser,
  { platform, warn }: { readonly platform: NodeJS.Platform; readonly warn: (text: Help) => void },
): KeyObject {
  const key = readRsaKeyFile(path);
  if (!(key instanceof KeyObject)) {
    const hint = key.isAbsent ? KEY_IS_ABSENT : key.hint;
    throw new CliError('auth', `the key of system user ${name}, ${path}, ${key.problem}`, { hint });
  }
  if (platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) warn(readableByOthers(path));
  return key;
}
