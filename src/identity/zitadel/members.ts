import { CliError, isCliError } from '../../errors.ts';
import { listItems } from '../pages.ts';
import type { Session } from '../session.ts';
import { readMember, unreadMember, type ZitadelMember } from './member.ts';
import { addMember, listMemberRoles, type Membership, removeMember, updateMember } from './member-requests.ts';
import { contextOf } from './organization-context.ts';
import { ZITADEL_PAGER } from './pager.ts';
import { performUnless, type Removal, type RemovalOptions, removeOnce } from './repeatable.ts';
import { search } from './search.ts';
import { readUser, type ZitadelUser } from './user.ts';

/** Members of organizations, and the users that they are. */
export interface MemberService {
  /** The roles that members of an organization can have, as the server lists them. */
  readonly listMemberRoles: (organizationId: string) => Promise<readonly string[]>;
  readonly listMembers: (organizationId: string) => AsyncIterable<ZitadelMember>;
  /**
   * The users that go by a text, whatever its case: the one who signs in with it, else those with that e-mail address. Only those that the caller
   * may see, from all organizations of the instance. They may not be found for a while after they were created.
   */
  readonly findUsers: (text: string) => Promise<readonly ZitadelUser[]>;
  /** Gives a user roles in an organization, beside those that it has there. Nothing is done twice when it is repeated. Throws `not_found` without such a user. */
  readonly addMember: (membership: Membership, user: ZitadelUser | undefined) => Promise<AddedMember>;
  /** Takes all roles in an organization from a user. */
  readonly removeMember: (organizationId: string, userId: string) => Promise<Removal>;
}

export interface AddedMember {
  readonly member: ZitadelMember;
  /** `unchanged`: it had these roles. */
  readonly outcome: 'added' | 'extended' | 'unchanged';
}

export interface MemberCallsOptions extends RemovalOptions {
  readonly session: Session;
}

/** Milliseconds before each look for somebody who is a member by the server's word: a search lags behind what is written. */
const LOOKS_MS = [0, 250, 500, 1_000, 2_000];

/** More users of one address than that are too many to name. */
const MOST_USERS = 20;

/** The part of the adapter that is about members. */
export function memberCalls({ session, clock, signal, leftMs }: MemberCallsOptions): MemberService {
  function listMembers(organizationId: string, queries?: readonly Readonly<Record<string, unknown>>[]): AsyncIterable<ZitadelMember> {
    const path = '/management/v1/orgs/me/members/_search';
    const action = 'list the members of the organization';
    return search({ session, action, path, readItem: readMember, ...contextOf(organizationId), ...(queries && { queries }) });
  }

  async function findMember(organizationId: string, userId: string): Promise<ZitadelMember | undefined> {
    for await (const member of listMembers(organizationId, [{ userIdQuery: { userId } }])) if (member.id === userId) return member;
    return undefined;
  }

  async function findUsers(text: string): Promise<readonly ZitadelUser[]> {
    const method = 'TEXT_QUERY_METHOD_EQUALS_IGNORE_CASE';
    const either = [{ loginNameQuery: { loginName: text, method } }, { emailQuery: { emailAddress: text, method } }];
    const request = { method: 'POST', path: '/v2/users', json: { queries: [{ orQuery: { queries: either } }] } } as const;
    const action = `look for the user ${JSON.stringify(text)}`;
    const found: ZitadelUser[] = [];
    for await (const user of listItems({ session, pager: ZITADEL_PAGER, action, request, readItem: readUser, limit: MOST_USERS }))
      found.push(user);
    const isLoginName = (name: string) => name.toLowerCase() === text.toLowerCase();
    const signingIn = found.filter((user) => user.login_names.some(isLoginName));
    return signingIn.length > 0 ? signingIn : found;
  }

  /** Who is a member by the server's word. */
  async function existingMember({ organizationId, userId }: Membership): Promise<ZitadelMember> {
    for (const wait of LOOKS_MS) {
      if (wait >= (leftMs?.() ?? Number.POSITIVE_INFINITY)) break;
      if (wait > 0) await clock.sleep(wait, signal);
      const member = await findMember(organizationId, userId);
      if (member) return member;
    }
    throw new CliError('unavailable', `user ${userId} is a member, and its roles cannot be read yet`, {
      hint: 'run it again: what was changed a moment ago cannot be searched at once',
    });
  }

  async function add(membership: Membership, user: ZitadelUser | undefined): Promise<AddedMember> {
    const { userId, roles } = membership;
    try {
      await session.perform(addMember(membership));
      return { member: unreadMember(userId, roles, user), outcome: 'added' };
    } catch (error) {
      if (!isCliError(error) || error.code !== 'conflict') throw error;
    }
    const member = await existingMember(membership);
    const all = [...new Set([...member.roles, ...roles])];
    if (all.length === member.roles.length) return { member, outcome: 'unchanged' };
    await performUnless('Org-LiaZi', () => session.perform(updateMember({ ...membership, roles: all })));
    return { member: { ...member, roles: all, updated_at: null, sequence: null }, outcome: 'extended' };
  }

  return {
    listMemberRoles: (organizationId) => session.run(listMemberRoles(organizationId)),
    listMembers: (organizationId) => listMembers(organizationId),
    findUsers,
    addMember: add,
    removeMember: (organizationId, userId) =>
      removeOnce(() => session.run(removeMember(organizationId, userId)), { clock, signal, leftMs }),
  };
}
