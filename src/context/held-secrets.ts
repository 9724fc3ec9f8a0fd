import { type Environment, SECRET_VARIABLES } from '../edges.ts';
import { PROXY_VARIABLES, proxySecrets } from '../http/proxy.ts';
import { isSealed, type StoredCredential } from '../storage/credential.ts';
import type { Credentials, CredentialsFile } from '../storage/credentials.ts';
import type { Vault } from '../storage/vault.ts';

/**
 * The secrets that this run has come to know, whether they are sent or not: no server's words are to show them. To hold them costs nothing;
 * what they are is looked for when there is something to show.
 */
export interface HeldSecrets {
  /** Holds one that was read from a file, from standard input or from a person. */
  readonly hold: (secret: string) => void;
  /** The same file; what is read of it is held. */
  readonly heldFrom: (file: CredentialsFile) => CredentialsFile;
  /** The same vault; what it opens is held. */
  readonly heldFromVault: (vault: Vault) => Vault;
  /** All that are held, with those of the environment. */
  readonly all: () => readonly string[];
}

export function heldSecrets(env: Environment): HeldSecrets {
  const texts: string[] = [];
  const opened: StoredCredential[] = [];
  let stored: Credentials | undefined;
  return {
    hold: (secret) => {
      texts.push(secret);
    },
    heldFrom: (file) => ({
      ...file,
      read: async () => {
        stored = await file.read();
        return stored;
      },
    }),
    heldFromVault: (vault) => ({
      ...vault,
      open: async (...entry) => {
        const opening = await vault.open(...entry);
        if (opening.kind === 'open') opened.push(opening.credential);
        return opening;
      },
    }),
    all: () => {
      const inTheClear = [...(stored?.values() ?? [])].flatMap((entry) => (isSealed(entry) ? [] : entry));
      return [...texts, ...[...opened, ...inTheClear].flatMap(secretsIn), ...environmentSecrets(env)].map((secret) => secret.trim());
    },
  };
}

function secretsIn({ accessToken, refreshToken = '', machine }: StoredCredential): readonly string[] {
  switch (machine?.kind) {
    case 'client_credentials':
      return [accessToken, refreshToken, machine.clientSecret];
    case 'service_account_key':
      return [accessToken, refreshToken, machine.privateKey];
    default:
      return [accessToken, refreshToken];
  }
}

function environmentSecrets(env: Environment): readonly string[] {
  return [...SECRET_VARIABLES.map((name) => env[name] ?? ''), ...PROXY_VARIABLES.flatMap((name) => proxySecrets(env[name] ?? ''))];
}
