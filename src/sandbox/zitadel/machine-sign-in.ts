import { createAccount, findAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import type { Expected } from '../oauth/machines/claims.ts';
import type { JsonWebToken } from '../oauth/machines/json-web-token.ts';
import { assertSelfSigned } from '../oauth/machines/service-account-key.ts';
import { listInstanceDomains } from './store/instance-domain-store.ts';
import { machineKeyOwner } from './store/machine-credentials.ts';
import { NOW } from './store/point-in-time.ts';

/**
 * The account of the machine user of an instance that signed the assertion with its key (contract section 4.4), made at its first sign-in with the
 * id of the user. Its audience is the sandbox's issuer, which is that of every instance (other hosts lead nowhere from most machines), or the same
 * at a domain of the user's own instance, as the issuer of ZITADEL is (section 4.1). Undefined when the key is of no such user; throws `UntrustedToken`.
 */
export function accountIdOfZitadelMachine(database: Database, token: JsonWebToken, expected: Omit<Expected, 'issuer'>): string | undefined {
  const { kid } = token.header;
  const owner = typeof kid === 'string' ? machineKeyOwner(database, kid, expected.now) : undefined;
  if (owner === undefined) return undefined;
  const { id, userName, instanceId } = owner.user;
  const domains = listInstanceDomains(database, instanceId, NOW).map(({ domain }) => domain);
  const audiences = expected.audiences.flatMap((name) => [name, ...domains.map((domain) => name.replace(new URL(name).hostname, domain))]);
  assertSelfSigned(token, { id, publicKey: owner.publicKey }, { ...expected, audiences });
  if (findAccount(database, id) === undefined) createAccount(database, { id, email: `${id}@machines.invalid`, name: userName });
  return id;
}
