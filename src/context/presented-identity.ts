import type { Clock } from '../edges.ts';
import { type Environment, emptyVariable } from '../environment.ts';
import { CliError } from '../errors.ts';
import { assertCiToken } from '../oauth/ci-token.ts';
import { readServiceAccountKey } from '../oauth/service-account-key.ts';
import type { MachineIdentity } from '../storage/credential.ts';
import type { KeyGrant } from '../well-known.ts';
import { keyGrant, secretMethod } from './client-secret.ts';
import { type EnvironmentIdentity, IDENTITY_VARIABLES } from './environment-identity.ts';
import type { Profile } from './profile.ts';
import { PROVIDER_DEFAULTS, type ProviderName } from './provider-defaults.ts';
import { assertNoContent, nameOfFile, readSecretFile, type SecretFileReader } from './secret-file.ts';

/** What a machine signs in with, all of it read. */
export interface PresentedIdentity {
  readonly machine: MachineIdentity;
  /** Where the secret comes from, as it goes on after what it is: ` from key.json`. */
  readonly source: string;
  /** What helps when the server refuses it. */
  readonly hint: string;
}

/** What reading an identity needs. */
export interface IdentityReader extends SecretFileReader {
  readonly edges: SecretFileReader['edges'] & { readonly clock: Clock; readonly env: Environment };
  /** Tells of a secret that was read, so that no words of a server show it. */
  readonly holdSecret: (secret: string) => void;
}

export interface KeyFile {
  /** Its path, or `-` for standard input. */
  readonly file: string;
  /** The flag or the variable that names it. */
  readonly option: string;
  readonly keyId: string | undefined;
  readonly audience: string | undefined;
  /** The grant that was chosen; undefined: what the file or the provider says, else to be found out. */
  readonly grant?: KeyGrant | undefined;
  readonly provider: ProviderName;
  /** The id of the service account, for a file that does not say it. */
  readonly subject: () => string | Promise<string>;
  /** What helps when the server refuses it. */
  readonly hint: string;
}

/** The identity of a service account, from its key file. Throws as `readSecretFile`, `readServiceAccountKey` and `subject` do. */
export async function presentedKey(
  reader: IdentityReader,
  { file, option, keyId, audience, grant, provider, subject, hint }: KeyFile,
): Promise<PresentedIdentity> {
  const name = nameOfFile(file);
  const text = await readSecretFile(reader, 'key', file, option);
  const key = readServiceAccountKey(text, `the key file ${name}`, reader.edges.clock.now());
  reader.holdSecret(key.privateKey);
  const { privateKey } = key;
  // The JSON form is ZITADEL's, at any server.
  const { keyGrant: usualGrant } = PROVIDER_DEFAULTS[key.subject === undefined ? provider : 'zitadel'];
  return {
    machine: {
      kind: 'service_account_key',
      subject: key.subject ?? (await subject()),
      keyId: keyId ?? key.keyId,
      audience,
      privateKey,
      grant: grant ?? usualGrant,
    },
    source: ` from ${name}`,
    hint,
  };
}

const IN_A_FILE = 'put the key into a file, and give the name of that';

/** The profile of the run, and where its client id is from, in words. */
export interface IdentityPlace {
  readonly profile: Pick<Profile, 'clientId' | 'provider' | 'clientAuth' | 'oidcParams'>;
  readonly clientIdSource: string;
}

/**
 * The identity in the environment, with what its variables name read; the token of a CI is not asked for yet. Throws `usage` for what is
 * missing, naming the variable, and `invalid` or `auth` for a key that cannot be used.
 */
export async function presentedInEnvironment(
  reader: IdentityReader,
  identity: EnvironmentIdentity,
  { profile, clientIdSource }: IdentityPlace,
): Promise<PresentedIdentity> {
  const { name, all } = IDENTITY_VARIABLES[identity.kind];
  switch (identity.kind) {
    case 'client_credentials':
      return {
        machine: { kind: 'client_credentials', clientSecret: identity.clientSecret, method: secretMethod(profile) },
        source: ` from ${name}`,
        hint: `check ${all}`,
      };
    case 'service_account_key': {
      const { file } = identity;
      assertNoContent(file, name, IN_A_FILE);
      // Standard input is the command's own.
      if (file === '-') throw new CliError('usage', `${name} takes the name of a file, not -`, { hint: IN_A_FILE });
      const { clientId, provider } = profile;
      const subject = () => requiredClientId({ clientId, clientIdSource }, reader.edges.env);
      const hint = `check that the sign-in server still knows the key in ${name}`;
      return presentedKey(reader, {
        file,
        option: name,
        keyId: undefined,
        audience: undefined,
        grant: keyGrant(profile),
        provider,
        subject,
        hint,
      });
    }
    case 'workload_identity':
      assertCiToken(reader.edges.env);
      return {
        machine: { kind: 'workload_identity', file: undefined, audience: undefined, parameters: profile.oidcParams },
        source: '',
        hint: 'let the sign-in server trust this iss, sub and aud',
      };
  }
}

/** A client id that was chosen: the built-in one is that of a program, which is no service account. */
function requiredClientId(
  { clientId, clientIdSource }: { readonly clientId: string; readonly clientIdSource: string },
  env: Environment,
): string {
  if (clientIdSource !== 'built in') return clientId;
  throw new CliError('usage', 'FLOWKIWI_CLIENT_ID is missing: the id of the service account that the key in FLOWKIWI_KEY_FILE is of', {
    hint: emptyVariable(env, 'FLOWKIWI_CLIENT_ID') ?? 'set it; the JSON key file of ZITADEL says it by itself',
  });
}
