import { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type { SearchQuery } from '@zitadel/proto/zitadel/user/v2/query_pb';
import { UserState } from '@zitadel/proto/zitadel/user/v2/user_pb';
import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { isPermitted } from '../calls/authorization.ts';
import { listUsersOfInstance, type UserRecord } from '../store/user-store.ts';
import { readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { listDetailsV2, matchesText, pageOf } from './search.ts';

/** Users of all organizations of the instance, as far as the caller may see them. */
export const userV2Handlers: readonly Handler[] = [
  instanceHandler(UserService.method.listUsers, (call, { query, queries }) => {
    const { database, instance, caller } = call;
    const isSeen = ({ id, organizationId }: UserRecord) => caller.user?.id === id || isPermitted(caller, 'user.read', organizationId);
    const found = listUsersOfInstance(database, instance.id).filter(
      (user) => isSeen(user) && queries.every((condition) => matches(user, condition)),
    );
    const result = pageOf(found, query, undefined).map((user) => userMessage(user, readDetails(instance, user.organizationId)));
    return { details: listDetailsV2(found.length, query, call), result };
  }),
];

/** Whether a user meets a query; one that the sandbox cannot ask is met by nobody. */
function matches(user: UserRecord, { query }: SearchQuery): boolean {
  switch (query.case) {
    case 'loginNameQuery':
      return matchesText(user.userName, query.value.loginName, query.value.method);
    case 'userNameQuery':
      return matchesText(user.userName, query.value.userName, query.value.method);
    case 'emailQuery':
      return matchesText(textOf(user, 'email'), query.value.emailAddress, query.value.method);
    case 'displayNameQuery':
      return matchesText(textOf(user, 'displayName'), query.value.displayName, query.value.method);
    case 'inUserIdsQuery':
      return query.value.userIds.includes(user.id);
    case 'inUserEmailsQuery':
      return query.value.userEmails.some((email) => matchesText(textOf(user, 'email'), email, TextQueryMethod.EQUALS));
    case 'organizationIdQuery':
      return query.value.organizationId === user.organizationId;
    case 'orQuery':
      return query.value.queries.some((one) => matches(user, one));
    case 'andQuery':
      return query.value.queries.every((one) => matches(user, one));
    case 'notQuery':
      return query.value.query === undefined || !matches(user, query.value.query);
    default:
      return false;
  }
}

function userMessage(user: UserRecord, details: ReturnType<typeof readDetails>) {
  const { id: userId, userName: username } = user;
  const names = { username, loginNames: [username], preferredLoginName: username };
  return { userId, details, state: UserState.ACTIVE, ...names, type: typeOf(user) };
}

function typeOf(user: UserRecord) {
  if (user.kind === 'machine') return { case: 'machine' as const, value: { name: textOf(user, 'name') } };
  const [givenName, familyName, displayName] = ['firstName', 'lastName', 'displayName'].map((name) => textOf(user, name));
  const email = { email: textOf(user, 'email'), isVerified: user.profile['isEmailVerified'] === true };
  return {
    case: 'human' as const,
    value: { profile: { givenName: givenName ?? '', familyName: familyName ?? '', displayName: displayName ?? '' }, email },
  };
}

function textOf({ profile }: UserRecord, name: string): string {
  return String(profile[name] ?? '');
}
