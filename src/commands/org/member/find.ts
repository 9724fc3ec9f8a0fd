import type { Context } from '../../../context/context.ts';
import { CliError } from '../../../errors.ts';
import { type CommandLine, isLikeId } from '../../../hint.ts';
import type { ZitadelUser } from '../../../identity/zitadel/user.ts';
import { closest } from '../../../output/closest.ts';
import { askIfMissing } from '../../kit/ask.ts';
import type { Argument } from '../../kit/command.ts';

/** USER on a command line. */
export const USER = { name: 'user', kind: 'reference', summary: 'id, login name or mail address of the user' } as const satisfies Argument;

/** Ids of ZITADEL are numbers. */
const ID = /^\d{1,20}$/;

/** A user that is meant: as it was found, or by its id alone. */
export interface MeantUser {
  readonly id: string;
  readonly user: ZitadelUser | undefined;
}

/** The user that is meant; one that is given as an id is not looked for. Asks for one that is missing. Throws `not_found`, `conflict` for several. */
export async function meantUser(context: Context, given: string | undefined, example: CommandLine): Promise<MeantUser> {
  const wanted = await askIfMissing(context, given, {
    kind: 'reference',
    what: 'USER',
    example,
    message: 'Id, login name or mail address of the user:',
    problem: (answer) => (answer.trim() === '' ? 'This cannot be empty' : undefined),
  });
  if (wanted.trim() === '') throw new CliError('usage', 'the user is empty', { hint: 'give its id, login name or mail address' });
  if (ID.test(wanted)) return { id: wanted, user: undefined };
  const [user, ...others] = await (await context.zitadel()).findUsers(wanted);
  if (user === undefined) {
    throw new CliError('not_found', `no user signs in with ${JSON.stringify(wanted)} or has that mail address, as far as you may see`, {
      hint: 'who was created a moment ago is found by the id at once',
    });
  }
  if (others.length > 0) {
    const names = [user, ...others].map(({ id, preferred_login_name }) => `${isLikeId(id) ? id : 'ID'} (${preferred_login_name ?? ''})`);
    throw new CliError('conflict', `${JSON.stringify(wanted)} is the mail address of ${names.length} users`, {
      hint: `give the id of the one you mean: ${names.join(', ')}`,
    });
  }
  return { id: user.id, user };
}

/** The roles as the server writes them, of those that it has. Throws `invalid` for another one, naming the one that is probably meant. */
export function checkedRoles(given: readonly string[], known: readonly string[]): readonly string[] {
  return given.map((role) => {
    const found = known.find((name) => name === role.toUpperCase()) ?? known.find((name) => name === role);
    if (found !== undefined) return found;
    // A hint has no words of the server but those that a shell does not read.
    const plain = known.filter((name) => /^\w+$/.test(name));
    const meant = closest(role, plain);
    throw new CliError('invalid', `members have no role ${JSON.stringify(role)}${meant === undefined ? '' : `; did you mean ${meant}?`}`, {
      hint: `the roles are ${plain.join(', ')}`,
    });
  });
}

/** A user within a sentence. */
export function userInWords({ id, name, preferred_login_name }: Pick<ZitadelUser, 'id' | 'name' | 'preferred_login_name'>): string {
  const words = name || preferred_login_name;
  return words ? `${words} (${id})` : `user ${id}`;
}
