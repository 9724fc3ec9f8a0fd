import type { Context } from '../../context/context.ts';
import { describeOwner } from '../../context/describe-credential.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import type { Visit } from '../../oauth/browser.ts';
import type { CredentialEntry, StoredCredential } from '../../storage/credential.ts';
import { confirmYes } from '../kit/ask.ts';

/** An account that has signed in, and is not stored yet. */
export interface NewAccount {
  readonly profile: string;
  readonly credential: StoredCredential;
  /** An e-mail address or a subject, which it has to have; undefined when any account will do. */
  readonly expected: string | undefined;
  /** How a person signed in; undefined for a machine, and for a token that was pasted. */
  readonly visit: Visit | undefined;
}

/**
 * Makes sure that the account is the one that is meant: the one that was named, or else, when it is another than the one stored for the profile
 * or somebody else may have signed in, one that a person confirms. Throws `auth` when it is not, or when nobody is there to confirm a sign-in
 * that somebody else may have finished, and `interrupted` for a no.
 */
export async function assertRightAccount(context: Context, { profile, credential, expected, visit }: NewAccount): Promise<void> {
  const who = describeOwner(credential) ?? UNNAMED;
  if (expected !== undefined) return assertExpected(credential, expected, who);
  if (visit === undefined) return;
  const stored = (await context.credentials.read())?.get(profile);
  const other = stored && isSomebodyElse(stored, credential) ? stored : undefined;
  if (!other && !visit.isDoubtful) return;
  if (context.options.yes) return;
  if (!context.prompter) {
    if (!visit.isDoubtful) return;
    throw new CliError('auth', `signed in as ${who}, but the address that starts the sign-in was opened more than once`, {
      hint: helpWith(
        'another user of this computer may have done it: say who is to sign in',
        'login',
        '--expect-user',
        nameToExpect(credential) ?? 'EMAIL',
      ),
    });
  }
  const doubt = visit.isDoubtful ? ', and the address that starts the sign-in was opened more than once' : '';
  await visit.leaveBrowser();
  await confirmYes(context, `You signed in as ${who}${other ? `, in place of ${describeOwner(other)}` : ''}${doubt}. Use this account?`);
}

/** What is said of an account when the server says nothing of it. */
export const UNNAMED = 'an account that the sign-in server does not name';

/** Whether it is known that another account was signed in before. Pure. */
export function isSomebodyElse(before: Pick<CredentialEntry, 'user'>, { user }: Pick<CredentialEntry, 'user'>): boolean {
  return before.user !== undefined && user !== undefined && before.user.sub !== user.sub;
}

/** What `--expect-user` takes for this account: its address, or its subject where the address is not verified. */
function nameToExpect({ user }: StoredCredential): string | undefined {
  return user?.emailVerified === false ? user.sub : user?.email;
}

function assertExpected({ user }: StoredCredential, expected: string, who: string): void {
  if (user?.sub === expected) return;
  if (user !== undefined && user.email?.toLowerCase() === expected.toLowerCase()) {
    if (user.emailVerified !== false) return;
    throw new CliError(
      'auth',
      `signed in as ${who}, an e-mail address that the sign-in server has not verified: it may be of somebody else`,
      {
        hint: helpWith('nothing was stored; if it is the right account, expect it by its subject', 'login', '--expect-user', user.sub),
      },
    );
  }
  throw new CliError('auth', `signed in as ${who}, not as ${expected}`, {
    hint: {
      say: 'nothing was stored; end the session of that account in the browser, or choose another one, then sign in again',
      command: flowkiwi('login', '--expect-user', expected),
    },
  });
}
