import { findOrCreateAccount } from '../../accounts.ts';
import { DEMO_EMAIL } from '../../oauth/client.ts';
import { userOfAccount } from '../default-instance.ts';
import { EXTERNAL_DOMAIN } from '../rules/domains.ts';
import { nextId } from '../store/ids.ts';
import { instanceOfDomain } from '../store/instance-domain-store.ts';
import { uniqueOwner } from '../store/unique-values.ts';
import { findUser, listUsersOf, type UserRecord } from '../store/user-store.ts';
import type { SignInCall } from './call.ts';
import { BROWSER_SESSION_MS, type BrowserSession, signInStore } from './sign-in-store.ts';

const EMAIL_ADDRESS = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;

/** Who has signed in at the instance in this browser. */
export function browserSession(call: SignInCall): BrowserSession | undefined {
  return signInStore(call.database).browserSessions.find(idOf(call));
}

/**
 * Signs in as the person of that name. At the sandbox's first instance any e-mail address is one: it is a new owner of the instance when nobody has it.
 * Undefined when there is nobody of that name.
 */
export function signIn(call: SignInCall, loginName: string): BrowserSession | undefined {
  const user = personNamed(call, loginName);
  return user && keepSession(call, user);
}

/** Signs in as that person, else as the partner of Flowkiwi's own examples, else as the first person of the instance. */
export function signInWithoutPage(call: SignInCall, loginName: string | undefined): BrowserSession | undefined {
  const user = personNamed(call, loginName ?? DEMO_EMAIL) ?? listUsersOf(call.database, call.instance.firstOrganizationId).find(isHuman);
  return user && keepSession(call, user);
}

/** Ends the session of the browser; the tokens of clients live on. */
export function endBrowserSession(call: SignInCall): void {
  signInStore(call.database).browserSessions.remove(idOf(call));
}

function personNamed({ database, instance, now }: SignInCall, loginName: string): UserRecord | undefined {
  if (loginName.includes('\0')) return undefined;
  const id = uniqueOwner(database, { kind: 'user_name', instanceId: instance.id, value: loginName });
  const user = id === undefined ? undefined : findUser(database, id);
  if (user !== undefined) return isHuman(user) ? user : undefined;
  const isFirstInstance = instanceOfDomain(database, EXTERNAL_DOMAIN) === instance.id;
  return isFirstInstance && EMAIL_ADDRESS.test(loginName)
    ? userOfAccount(database, findOrCreateAccount(database, loginName), now)
    : undefined;
}

function isHuman({ kind }: UserRecord): boolean {
  return kind === 'human';
}

function keepSession(call: SignInCall, { id: userId }: UserRecord): BrowserSession {
  const session = { id: idOf(call), sid: `V1_${nextId(call.now)}`, userId, authTime: Math.floor(call.now / 1000) };
  signInStore(call.database).browserSessions.put(session, { owner: call.browser, expiresAt: call.now + BROWSER_SESSION_MS });
  return session;
}

function idOf({ instance, browser }: SignInCall): string {
  return `${instance.id}/${browser}`;
}
