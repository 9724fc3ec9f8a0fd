import { type Environment, SECRET_VARIABLES } from '../environment.ts';
import { PROXY_VARIABLES, proxySecrets } from '../http/proxy.ts';
import { hasKey, isSealed, type StoredCredential } from '../storage/credential.ts';
import type { Credentials, CredentialsFile } from '../storage/credentials.ts';
import type { Vault } from '../storage/vault.ts';
import { environmentWords } from './environment-identity.ts';

/**
 * The secrets that this run has come to know, whether they are sent or not: no server's words are to show them. To hold them costs nothing;
 * what they are is looked for when there is something to show.
 */
export interface KnownSecrets {
  /** Holds one that was read from a file, from standard input or from a person. */
  readonly hold: (secret: string) => void;
  /** The same file; what is read of it is held, and what was in it before it was changed. */
  readonly heldFrom: (file: CredentialsFile) => CredentialsFile;
  /** The same vault; what it opens is held. */
  readonly heldFromVault: (vault: Vault) => Vault;
  /** What another process that reads the same files cannot know: what was held, and what is in the environment. */
  readonly given: () => readonly string[];
  /**
   * All that are held, with those of the environment, and those of the profile in the file where there is no token of the environment; the
   * file may have thousands of others, which no server was told of in this run. Never throws.
   */
  readonly all: (profile: string | undefined) => Promise<readonly string[]>;
}

type Change = Parameters<CredentialsFile['update']>[0];

/** Holds nothing yet; the environment is read only when all are asked for. */
export function knownSecrets(env: Environment): KnownSecrets {
  const texts: string[] = [];
  const opened = new Map<string, StoredCredential>();
  let stored: Credentials | undefined;
  const replaced: Credentials[] = [];
  const given = () => [...texts, ...environmentSecrets(env)].map((secret) => secret.trim());
  let readStored = async () => stored;
  return {
    hold: (secret) => {
      texts.push(secret);
    },
    heldFrom: (file) => {
      readStored = async () => {
        stored = await file.read();
        return stored;
      };
      const remembering =
        (change: Change): Change =>
        (current) => {
          if (current) replaced.push(current);
          return change(current);
        };
      return {
        ...file,
        read: readStored,
        update: (change) => file.update(remembering(change)),
        replace: (profiles, change) => file.replace(profiles, remembering(change)),
      };
    },
    heldFromVault: (vault) => ({
      ...vault,
      open: async (...entry) => {
        const opening = await vault.open(...entry);
        if (opening.kind === 'open') opened.set(opening.credential.accessToken, opening.credential);
        return opening;
      },
    }),
    given,
    all: async (profile = '') => {
      // A sign-in has not read it yet, and a person who gives a token or an identity wants it left alone.
      if (stored === undefined && environmentWords(env) === undefined) await readStored().catch(() => undefined);
      const inTheClear = [stored, ...replaced]
        .flatMap((entries) => entries?.get(profile) ?? [])
        .flatMap((entry) => (isSealed(entry) ? [] : entry));
      return [...given(), ...[...opened.values(), ...inTheClear].flatMap(secretsIn).map((secret) => secret.trim())];
    },
  };
}

function secretsIn({ accessToken, refreshToken = '', machine, client }: StoredCredential): readonly string[] {
  const tokens = [accessToken, refreshToken, ...(client ? [hasKey(client) ? client.privateKey : client.clientSecret] : [])];
  switch (machine?.kind) {
    case 'client_credentials':
      return [...tokens, machine.clientSecret];
    case 'service_account_key':
      return [...tokens, machine.privateKey];
    default:
      return tokens;
  }
}

function environmentSecrets(env: Environment): readonly string[] {
  return [...SECRET_VARIABLES.map((name) => env[name] ?? ''), ...PROXY_VARIABLES.flatMap((name) => proxySecrets(env[name] ?? ''))];
}
