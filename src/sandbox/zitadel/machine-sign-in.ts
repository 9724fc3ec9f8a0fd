import { createAccount, findAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import type { Expected } from '../oauth/machines/claims.ts';
import type { JsonWebToken } from '../oauth/machines/json-web-token.ts';
import { assertSelfSigned } from '../oauth/machines/service-account-key.ts';
import { listInstanceDomains } from './store/instance-domain-store.ts';
import { machineKeyOwner } from './store/machine-credentials.ts';
import { NOW } from './store/point-in-time.ts';
import type { UserRecord } from './store/user-store.ts';

/**
 * The machine user of an instance that signed the assertion with its key (contract section 4.4). Its audience is one of those expected. Undefined
 * when the key is of no such user; throws `UntrustedToken`.
 */
export function machineOfAssertion(database: Database, token: JsonWebToken, expected: Omit<Expected, 'issuer'>): UserRecord | undefined {
  const owner = keyOwner(database, token, expected.now);
  if (owner === undefined) return undefined;
  assertSelfSigned(token, { id: owner.user.id, publicKey: owner.publicKey }, expected);
  return owner.user;
}

/**
 * The same at the sandbox's own issuer, which is that of every instance (other hosts lead nowhere from most machines): the audience may also be the
 * issuer at a domain of the user's own instance, as the issuer of ZITADEL is (section 4.1). Answers the account of the user, made at its first
 * sign-in with the id of the user.
 */
export function accountIdOfZitadelMachine(database: Database, token: JsonWebToken, expected: Omit<Expected, 'issuer'>): string | undefined {
  const owner = keyOwner(database, token, expected.now);
  if (owner === undefined) return undefined;
  const domains = listInstanceDomains(database, owner.user.instanceId, NOW).map(({ domain }) => domain);
  const audiences = expected.audiences.flatMap((name) => [name, ...domains.map((domain) => name.replace(new URL(name).hostname, domain))]);
  const user = machineOfAssertion(database, token, { ...expected, audiences });
  if (user !== undefined && findAccount(database, user.id) === undefined) {
    createAccount(database, { id: user.id, email: `${user.id}@machines.invalid`, name: user.userName });
  }
  return user?.id;
}

function keyOwner(database: Database, { header }: JsonWebToken, now: number) {
  return typeof header['kid'] === 'string' ? machineKeyOwner(database, header['kid'], now) : undefined;
}
