import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import type { Credential } from '../../identity/credential.ts';
import type { StoredCredential } from '../../storage/credential.ts';
import { signInByKeyFile } from '../auth/machine-sign-in.ts';
import { pastedCredential, readPastedToken } from '../auth/pasted-token.ts';

/** How somebody shows that they may create an app. */
export interface AdministratorFlags {
  readonly keyFile: string | undefined;
  readonly withToken: boolean;
}

/**
 * The credential that creates the app, which nobody has signed in through yet: the key or the token that is given, else what the profile has, else
 * the token that a person pastes. It is not stored. Throws `usage` for both at once, and `auth` where there is none.
 */
export async function administrator(context: Context, profile: Profile, { keyFile, withToken }: AdministratorFlags): Promise<Credential> {
  if (keyFile !== undefined && withToken)
    throw new CliError('usage', '--key-file and --with-token exclude each other', { hint: 'give one of them' });
  if (keyFile !== undefined) return administratorByKey(context, profile, keyFile);
  if (withToken) return administratorByToken(context, profile);
  if (await context.hasCredential()) return context.credential();
  if (context.prompter) return askForAdministrator(context, profile);
  throw new CliError('auth', 'nobody is signed in who could create the app', {
    hint: { say: 'give the key or the token of somebody who may', command: flowkiwi('auth', 'app', 'create', '--key-file', 'FILE') },
  });
}

/** Asks a person for a key file or a token. */
export async function askForAdministrator(context: Context, profile: Profile): Promise<Credential> {
  const message = 'Key file of a service account that may create projects (Enter: paste a personal access token):';
  const file = (await context.prompter?.text({ kind: 'path', message })) ?? '';
  return file.trim() === '' ? administratorByToken(context, profile) : administratorByKey(context, profile, file);
}

async function administratorByKey(context: Context, profile: Profile, file: string): Promise<Credential> {
  return once(await signInByKeyFile(context, profile, file), `the key in ${file}`);
}

async function administratorByToken(context: Context, profile: Profile): Promise<Credential> {
  return once(await pastedCredential(context, profile, await readPastedToken(context)), 'the pasted token');
}

/** A credential for this command alone. */
function once({ accessToken }: StoredCredential, source: string): Credential {
  return {
    source,
    remedy: 'give the key or the token of somebody who may create projects',
    accessToken: () => Promise.resolve(accessToken),
    renew: () => Promise.resolve(undefined),
  };
}
