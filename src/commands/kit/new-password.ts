import type { Context } from '../../context/context.ts';
import { readInTime } from '../../context/read-in-time.ts';
import { decodedText } from '../../decoded-text.ts';
import { CliError } from '../../errors.ts';
import { incomingText, withoutLineEnd } from '../../incoming-text.ts';
import { flag } from './option.ts';

/** How a script gives the password of a new user, since none is taken from the argument list. What it reads: `newPassword`. */
export const PASSWORD_STDIN = flag('--password-stdin', 'read the password of the new user from standard input');

/** A password is far shorter; a file that was piped in by mistake is far longer. */
const LIMIT_BYTES = 4 * 1024;

/**
 * The password of a new user: from standard input with `--password-stdin`, else from a person, who is asked twice without echo and may leave it
 * empty, else none. Without one, ZITADEL sends the user a mail with a link to set it, as far as it can send mails.
 */
export async function newPassword(context: Context, fromStdin: boolean): Promise<string | undefined> {
  const { edges, prompter, messages } = context;
  if (fromStdin && !edges.stdin.isTerminal) {
    const source = 'standard input';
    const given = decodedText(await readInTime(context, source, () => edges.stdin.readAll(LIMIT_BYTES)), source);
    const password = incomingText('password', withoutLineEnd(given), source).text;
    if (password !== '') return checkedPassword(password);
    throw new CliError('usage', 'standard input has no password', { hint: 'for example: … --password-stdin < password.txt' });
  }
  if (!prompter) {
    if (fromStdin)
      throw new CliError('usage', '--password-stdin needs a password on standard input', {
        hint: 'for example: … --password-stdin < password.txt',
      });
    await messages.notice(
      'Without a password ZITADEL sends the user a mail with a link to set one; --password-stdin reads it from standard input',
    );
    return undefined;
  }
  for (;;) {
    const password = await prompter.secret('Password (not shown; Enter for none: ZITADEL mails a link):');
    if (password === '') return undefined;
    const problem = await problemOf(password);
    if (problem !== undefined) await messages.warning(`the password ${problem}`);
    else if ((await prompter.secret('The same again:')) === password) return password;
    else await messages.warning('these are two different passwords');
  }
}

async function checkedPassword(password: string): Promise<string> {
  const problem = await problemOf(password);
  if (problem === undefined) return password;
  throw new CliError('invalid', `the password ${problem}`, {
    hint: 'choose a shorter one; letters that are not ASCII have two bytes or more',
  });
}

async function problemOf(password: string): Promise<string | undefined> {
  const { passwordProblem } = await import('../../identity/zitadel/rules.ts');
  return passwordProblem(password);
}
