import { createAccount, findAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import type { Expected } from '../oauth/machines/claims.ts';
import type { JsonWebToken } from '../oauth/machines/json-web-token.ts';
import { assertSelfSigned } from '../oauth/machines/service-account-key.ts';
import { machineKeyOwner } from './store/machine-credentials.ts';

/**
 * The account of the machine user of an instance that signed the assertion with its key (contract section 4.4), made at its first sign-in with the
 * id of the user. The sandbox's issuer is that of every instance: other hosts than its own lead nowhere from most machines. Undefined when the key
 * is of no such user; throws `UntrustedToken`.
 */
export function accountIdOfZitadelMachine(database: Database, token: JsonWebToken, expected: Omit<Expected, 'issuer'>): string | undefined {
  const { kid } = token.header;
  const owner = typeof kid === 'string' ? machineKeyOwner(database, kid, expected.now) : undefined;
  if (owner === undefined) return undefined;
  const { id, userName } = owner.user;
  assertSelfSigned(token, { id, publicKey: owner.publicKey }, expected);
  if (findAccount(database, id) === undefined) createAccount(database, { id, email: `${id}@machines.invalid`, name: userName });
  return id;
}
