import { secretMethod } from '../../context/client-secret.ts';
import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { nameOfFile, readSecretFile } from '../../context/secret-file.ts';
import { emptyVariable } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import type { ClientSecret } from '../../storage/credential.ts';
import { CLIENT_ID, type SecretMethod } from '../../well-known.ts';

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

export interface PersonsClient {
  readonly profile: Profile;
  readonly secretFile: string | undefined;
  readonly method: SecretMethod | undefined;
}

/**
 * The secret of the client that a person signs in with; undefined for a public one, as the built-in one is whatever the environment holds. Throws
 * as `readClientSecret` does where a flag says that there is one.
 */
export async function personsClientSecret(
  context: Context,
  { profile, secretFile, method }: PersonsClient,
): Promise<ClientSecret | undefined> {
  const isWanted = secretFile !== undefined || method !== undefined;
  const isGiven = profile.clientId !== CLIENT_ID && Boolean(context.edges.env['FLOWKIWI_CLIENT_SECRET']);
  if (!isWanted && !isGiven) return undefined;
  const { secret: clientSecret } = await readClientSecret(context, secretFile);
  context.holdSecret(clientSecret);
  return { clientSecret, method: method ?? secretMethod(profile) };
}

async function secretFromFile(context: Context, file: string): Promise<Sourced> {
  const secret = await readSecretFile(context, 'secret', file, '--client-secret-file');
  const source = nameOfFile(file);
  if (secret !== '') return { secret, source };
  throw new CliError('invalid', `--client-secret-file: ${source} is empty`, { hint: 'put the secret of the client into it' });
}
