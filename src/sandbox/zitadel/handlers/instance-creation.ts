import { SystemService } from '@zitadel/proto/zitadel/system_pb';
import type { Database } from '../../database.ts';
import type { Call } from '../calls/call.ts';
import { createHuman, createOrganization, createUser, makeInstanceOwner } from '../creation.ts';
import { EXTERNAL_DOMAIN, generatedInstanceDomain, instanceDomain, organizationDomain } from '../rules/domains.ts';
import { checkHashable } from '../rules/human.ts';
import { humanOwner, type InstanceOwner, machineOwner } from '../rules/instance-owner.ts';
import { invalidArgument, StatusError } from '../status.ts';
import { nextId } from '../store/ids.ts';
import { insertInstanceDomain } from '../store/instance-domain-store.ts';
import { insertInstance } from '../store/instance-store.ts';
import { addMachineKey, addPersonalAccessToken, generateRsaKeyPair, type RsaKeyPair } from '../store/machine-credentials.ts';
import type { OrganizationRecord } from '../store/organization-store.ts';
import { addedDetails } from './details.ts';
import { type Handler, systemHandler } from './handler.ts';

/** Creation of instances (contract section 1.2). The answer names the first organization, and no domain. */
export const instanceCreationHandlers: readonly Handler[] = [
  systemHandler(SystemService.method.createInstance, (call, request) =>
    createInstance(call, request, (domain) => {
      const { owner } = request;
      if (owner.case === undefined) throw new TypeError('a rule of the message was not checked');
      return owner.case === 'human' ? humanOwner(owner.value, domain) : machineOwner(owner.value, call.now);
    }),
  ),
  systemHandler(SystemService.method.addInstance, (call, request) =>
    createInstance(call, request, (domain) =>
      humanOwner(
        { userName: request.ownerUserName, email: request.ownerEmail, profile: request.ownerProfile, password: request.ownerPassword },
        domain,
      ),
    ),
  ),
];

interface NewInstance {
  readonly instanceName: string;
  readonly firstOrgName: string;
  readonly customDomain: string;
}

/** Makes an instance with its first organization and its owner. Throws as contract section 1.2 says. */
export async function createInstance(
  call: Pick<Call, 'database' | 'switches' | 'now'>,
  request: NewInstance,
  readOwner: (organizationDomain: string) => InstanceOwner,
) {
  const { database, switches, now } = call;
  const { instanceName, firstOrgName, customDomain } = request;
  const organizationName = (firstOrgName || instanceName).trim();
  if (organizationName === '') throw invalidArgument('ORG-mruNY', 'Errors.Invalid.Argument');
  const generatedDomain = organizationDomain(organizationName, EXTERNAL_DOMAIN);
  const owner = readOwner(generatedDomain);
  const generated = generatedInstanceDomain(instanceName);
  const custom = customDomain === '' ? undefined : instanceDomain(customDomain);
  const keys = owner.kind === 'machine' && owner.keyExpiresAt !== undefined ? await generateRsaKeyPair() : undefined;
  const answer = database.transaction(() => {
    const instanceId = nextId(now);
    const organization = createOrganization(database, { instanceId, name: organizationName, generatedDomain, now });
    const secrets = addOwner(database, organization, owner, keys, now);
    if (switches.zitadel === '2.70' && owner.kind === 'human') checkHashable(owner.human.password);
    // Added, default organization set; domain added, made primary; the same for the domain that was chosen.
    const sequence = custom === undefined ? 4 : 6;
    const domain = { instanceId, createdAt: now };
    insertInstanceDomain(database, { ...domain, domain: generated, isGenerated: true, sequence: 3 });
    if (custom !== undefined) insertInstanceDomain(database, { ...domain, domain: custom, isGenerated: false, sequence: 5 });
    insertInstance(database, {
      id: instanceId,
      name: instanceName,
      isRemoved: false,
      primaryDomain: custom ?? generated,
      defaultOrganizationId: organization.id,
      firstOrganizationId: organization.id,
      sequence,
      createdAt: now,
      changedAt: now,
    });
    return { instanceId, details: addedDetails({ sequence, createdAt: now }, organization.id), ...secrets };
  });
  // The instance exists, but the roles of its members were not written.
  if (switches.zitadelCreateInstance === 'partial') throw new StatusError('Internal', 'Errors.Internal', 'COMMA-AiV3u');
  return answer;
}

/** Adds the owner of the instance; answers what only a machine gets, and only this once. */
function addOwner(database: Database, organization: OrganizationRecord, owner: InstanceOwner, keys: RsaKeyPair | undefined, now: number) {
  if (owner.kind === 'human') {
    makeInstanceOwner(database, createHuman(database, organization, owner.human, now).id, organization.id);
    return {};
  }
  const { userName, name, tokenExpiresAt, keyExpiresAt } = owner;
  const { id } = createUser(database, organization, { kind: 'machine', userName, profile: { name } }, now);
  makeInstanceOwner(database, id, organization.id);
  const pat = tokenExpiresAt === undefined ? '' : addPersonalAccessToken(database, id, tokenExpiresAt, now).token;
  const keyFile = keys === undefined || keyExpiresAt === undefined ? '' : addMachineKey(database, id, keys, keyExpiresAt, now).file;
  return { pat, machineKey: Buffer.from(keyFile) };
}
