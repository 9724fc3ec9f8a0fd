import type { Account } from '../accounts.ts';
import type { Database } from '../database.ts';
import { createOrganization, createUser, makeInstanceOwner } from './creation.ts';
import { EXTERNAL_DOMAIN, generatedInstanceDomain, organizationDomain } from './rules/domains.ts';
import { nextId } from './store/ids.ts';
import { insertInstanceDomain, instanceOfDomain } from './store/instance-domain-store.ts';
import { findInstance, type InstanceRecord, insertInstance } from './store/instance-store.ts';
import { findOrganization } from './store/organization-store.ts';
import { prepareZitadelTables } from './store/tables.ts';
import { claimUser, findUnclaimedHuman, findUserOfAccount, type UserRecord } from './store/user-store.ts';

const NAME = 'ZITADEL';
/** Not the server's own default, `ZITADEL`: that is the name in ZITADEL's example of `_setup`, which would always be taken. */
const FIRST_ORGANIZATION = 'Sandbox';
const TABLES_WITH_VERSIONS = ['instance', 'instance_domain', 'organization', 'organization_domain'].map((name) => `zitadel_${name}`);

/** The instance that answers at the sandbox's own address, made when there is none. */
export function defaultInstance(database: Database, now: number): InstanceRecord {
  prepareZitadelTables(database);
  const id = instanceOfDomain(database, EXTERNAL_DOMAIN);
  return (id === undefined ? undefined : findInstance(database, id)) ?? createDefaultInstance(database, now);
}

/**
 * The user of the default instance as whom the account signs in: the person whose user name is its e-mail address, else a new one, who
 * owns the instance and its first organization. Undefined for a machine user that was removed.
 */
export function userOfAccount(database: Database, account: Account, now: number): UserRecord | undefined {
  const known = findUserOfAccount(database, account.id);
  if (known !== undefined) return known;
  if (isOfMachineUser(account)) return undefined;
  return database.transaction(() => {
    const instance = defaultInstance(database, now);
    const person = findUnclaimedHuman(database, instance.id, account.email);
    if (person !== undefined) return claimUser(database, person, account.id);
    const organization = findOrganization(database, instance.id, instance.firstOrganizationId);
    if (organization === undefined) return undefined;
    const profile = { email: account.email, isEmailVerified: true, displayName: account.name ?? account.email };
    const user = createUser(database, organization, { kind: 'human', userName: account.email, profile, accountId: account.id }, now);
    makeInstanceOwner(database, user.id, organization.id);
    return user;
  });
}

/** Its account has the id of the user, which is gone: it is nobody else. People and the sandbox's own machines have UUIDs. */
function isOfMachineUser({ id }: Account): boolean {
  return /^\d+$/.test(id);
}

function createDefaultInstance(database: Database, now: number): InstanceRecord {
  return database.transaction(() => {
    const id = nextId(now);
    const organization = createOrganization(database, {
      instanceId: id,
      name: FIRST_ORGANIZATION,
      generatedDomain: organizationDomain(FIRST_ORGANIZATION, EXTERNAL_DOMAIN),
      now,
    });
    const domain = { instanceId: id, createdAt: now };
    insertInstanceDomain(database, { ...domain, domain: generatedInstanceDomain(NAME), isGenerated: true, sequence: 2 });
    insertInstanceDomain(database, { ...domain, domain: EXTERNAL_DOMAIN, isGenerated: false, sequence: 4 });
    const instance: InstanceRecord = {
      id,
      name: NAME,
      isRemoved: false,
      primaryDomain: EXTERNAL_DOMAIN,
      defaultOrganizationId: organization.id,
      firstOrganizationId: organization.id,
      sequence: 5,
      createdAt: now,
      changedAt: now,
    };
    insertInstance(database, instance);
    // It has always been there, as far as projections that lag behind can tell.
    for (const table of TABLES_WITH_VERSIONS) {
      database.run(`UPDATE ${table} SET valid_from = 0 WHERE ${table === 'zitadel_instance' ? 'id' : 'instance_id'} = ?`, [id]);
    }
    return instance;
  });
}
