import { secretMethod } from '../../context/client-secret.ts';
import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { nameOfFile, readSecretFile } from '../../context/secret-file.ts';
import { emptyVariable } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import type { ClientKey, ConfidentialClient } from '../../storage/credential.ts';
import { CLIENT_ID } from '../../well-known.ts';
import type { KeyFlags, PersonMethod } from './login-method.ts';

interface Sourced {
  readonly secret: string;
  readonly source: string;
}

/**
 * The secret of a client: from the file, else the variable, else a person, who types it unseen. Throws `usage` when it is nowhere, and as
 * `readSecretFile` does.
 */
export async function readClientSecret(context: Context, file: string | undefined): Promise<Sourced> {
  const { edges, prompter } = context;
  const isTyped = file === '-' && edges.stdin.isTerminal && prompter !== undefined;
  if (file !== undefined && !isTyped) return secretFromFile(context, file);
  const inEnvironment = edges.env['FLOWKIWI_CLIENT_SECRET'];
  if (inEnvironment && !isTyped) return { secret: inEnvironment, source: 'FLOWKIWI_CLIENT_SECRET' };
  const typed = await prompter?.secret('Secret of the client (it is not shown):');
  if (typed) return { secret: typed, source: 'the terminal' };
  throw new CliError('usage', 'the secret of the client is missing', {
    hint:
      emptyVariable(edges.env, 'FLOWKIWI_CLIENT_SECRET') ??
      'set FLOWKIWI_CLIENT_SECRET, or name a file with --client-secret-file (- for standard input)',
  });
}

export interface PersonsClient extends Pick<PersonMethod, 'secretFile' | 'key' | 'clientAuth'> {
  readonly profile: Profile;
}

/**
 * The client that a person signs in with, and its secret or key; undefined for a public one, as the built-in one is whatever the environment
 * holds. Throws as `readClientSecret` and `readClientKey` do where a flag says that there is one, and `usage` for the key of another client.
 */
export async function personsClient(
  context: Context,
  { profile, secretFile, key, clientAuth }: PersonsClient,
): Promise<ConfidentialClient | undefined> {
  if (key !== undefined) return clientKey(context, profile, key);
  const method = clientAuth === 'private_key_jwt' ? undefined : clientAuth;
  const isWanted = secretFile !== undefined || method !== undefined;
  const isGiven = profile.clientId !== CLIENT_ID && Boolean(context.edges.env['FLOWKIWI_CLIENT_SECRET']);
  if (!isWanted && !isGiven) return undefined;
  const { secret: clientSecret } = await readClientSecret(context, secretFile);
  context.holdSecret(clientSecret);
  return { clientSecret, method: method ?? secretMethod(profile) };
}

async function clientKey(context: Context, profile: Profile, { file, keyId, audience }: KeyFlags): Promise<ClientKey> {
  const { readClientKey } = await import('../../oauth/client-key.ts');
  const { clientId } = profile;
  const name = nameOfFile(file);
  const key = readClientKey(await readSecretFile(context, 'key', file, keyOption(profile, file)), `the key file ${name}`);
  context.holdSecret(key.privateKey);
  if (key.clientId !== undefined && key.clientId !== clientId) {
    throw new CliError('usage', `the key file ${name} is of the client ${key.clientId}, not of ${clientId}`, {
      hint: `add --client-id ${key.clientId}`,
    });
  }
  return { privateKey: key.privateKey, keyId: keyId ?? key.keyId, audience };
}

/** What names the key file: the flag, or the profile. */
export function keyOption({ name, keyFile }: Profile, file: string): string {
  return file === keyFile ? `key file of the profile ${name}` : '--key-file';
}

async function secretFromFile(context: Context, file: string): Promise<Sourced> {
  const secret = await readSecretFile(context, 'secret', file, '--client-secret-file');
  const source = nameOfFile(file);
  if (secret !== '') return { secret, source };
  throw new CliError('invalid', `--client-secret-file: ${source} is empty`, { hint: 'put the secret of the client into it' });
}
