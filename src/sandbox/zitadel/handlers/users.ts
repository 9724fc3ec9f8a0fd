import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AuthService } from '@zitadel/proto/zitadel/auth_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { AccessTokenType, UserState } from '@zitadel/proto/zitadel/user_pb';
import type { InstanceCall } from '../calls/call.ts';
import { createHuman, createUser } from '../creation.ts';
import { checkHashable, checkHuman } from '../rules/human.ts';
import { invalidArgument, notFound } from '../status.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import {
  addMachineKey,
  addPersonalAccessToken,
  clientSecret,
  generateRsaKeyPair,
  removeMachineKey,
  setMachineSecret,
} from '../store/machine-credentials.ts';
import { findOrganization } from '../store/organization-store.ts';
import { findUser, listUsersOf, type UserRecord } from '../store/user-store.ts';
import { addedDetails, changedDetails, NEVER, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { listDetails, matchesText, pageOf } from './search.ts';

/** Machine users with what they sign in with, and who the caller is. */
export const userHandlers: readonly Handler[] = [
  instanceHandler(AuthService.method.getMyUser, ({ caller, instance }) => {
    const { user } = caller;
    if (user === undefined) throw notFound('QUERY-Dfbg2', 'User could not be found');
    return { user: userMessage(user, instance) };
  }),
  instanceHandler(ManagementService.method.listUsers, (call, { query, queries }) => {
    const found = listUsersOf(call.database, call.organizationId).filter(({ userName }) =>
      queries.every(({ query: { case: kind, value } }) => kind !== 'userNameQuery' || matchesText(userName, value.userName, value.method)),
    );
    const result = pageOf(found, query, undefined).map((user) => userMessage(user, call.instance));
    return { details: listDetails(found, query, call), result };
  }),
  instanceHandler(ManagementService.method.addMachineUser, (call, { userName, name, accessTokenType }) => {
    const { database, instance, organizationId, now } = call;
    const organization = findOrganization(database, instance.id, organizationId);
    if (organization === undefined) throw notFound('QUERY-leq5Q', 'Organisation not found');
    const profile = accessTokenType === AccessTokenType.JWT ? { name, accessTokenType: 'jwt' } : { name };
    const { id } = database.transaction(() => createUser(database, organization, { kind: 'machine', userName, profile }, now));
    return { userId: id, details: changedDetails({ sequence: 1, changedAt: now }, organization.id) };
  }),
  instanceHandler(ManagementService.method.addPersonalAccessToken, (call, { userId, expirationDate }) => {
    const { database, now } = call;
    const machine = machineOf(call, userId);
    const expiresAt = expirationDate === undefined ? NEVER : timestampMs(expirationDate);
    if (expiresAt < now) throw invalidArgument('DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow');
    const { id, token } = addPersonalAccessToken(database, machine.id, expiresAt, now);
    return { tokenId: id, token, details: addedDetails({ sequence: 2, createdAt: now }, machine.organizationId) };
  }),
  instanceHandler(ManagementService.method.addMachineKey, async (call, { userId, expirationDate }) => {
    const { database, now } = call;
    const machine = machineOf(call, userId);
    const expiresAt = expirationDate === undefined ? NEVER : timestampMs(expirationDate);
    if (expiresAt < now) throw invalidArgument('DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow');
    const { id, file } = addMachineKey(database, machine.id, await generateRsaKeyPair(), expiresAt, now);
    return { keyId: id, keyDetails: Buffer.from(file), details: addedDetails({ sequence: 2, createdAt: now }, machine.organizationId) };
  }),
  instanceHandler(ManagementService.method.removeMachineKey, (call, { userId, keyId }) => {
    const machine = machineOf(call, userId);
    removeMachineKey(call.database, machine.id, keyId);
    return { details: changedDetails({ sequence: 3, changedAt: call.now }, machine.organizationId) };
  }),
  instanceHandler(ManagementService.method.generateMachineSecret, (call, { userId }) => {
    const machine = machineOf(call, userId);
    const secret = clientSecret();
    setMachineSecret(call.database, machine.id, secret);
    const details = addedDetails({ sequence: 2, createdAt: call.now }, machine.organizationId);
    return { clientId: machine.userName, clientSecret: secret, details };
  }),
  instanceHandler(ManagementService.method.importHumanUser, (call, { userName, profile, email, phone, password }) => {
    const { database, instance, organizationId, now } = call;
    const organization = findOrganization(database, instance.id, organizationId);
    if (organization === undefined) throw notFound('QUERY-leq5Q', 'Organisation not found');
    const names = { firstName: profile?.firstName ?? '', lastName: profile?.lastName ?? '', displayName: profile?.displayName ?? '' };
    const address = { email: email?.email ?? '', isEmailVerified: email?.isEmailVerified ?? false, phone: phone?.phone ?? '' };
    const human = checkHuman({ userName, password, ...names, ...address });
    checkHashable(password);
    const { id } = database.transaction(() => createHuman(database, organization, human, now));
    return { userId: id, details: addedDetails({ sequence: 1, createdAt: now }, organization.id) };
  }),
];

function userMessage(user: UserRecord, instance: InstanceRecord) {
  const { id, organizationId, userName } = user;
  const names = { userName, loginNames: [userName], preferredLoginName: userName };
  return { id, details: readDetails(instance, organizationId), state: UserState.ACTIVE, ...names, type: userType(user) };
}

function userType({ kind, profile }: UserRecord) {
  const text = (name: string) => String(profile[name] ?? '');
  if (kind === 'machine') return { case: 'machine' as const, value: { name: text('name') } };
  const names = { firstName: text('firstName'), lastName: text('lastName'), displayName: text('displayName') };
  const email = { email: text('email'), isEmailVerified: profile['isEmailVerified'] === true };
  return { case: 'human' as const, value: { profile: names, email } };
}

function machineOf({ database, instance }: InstanceCall, id: string): UserRecord {
  const user = findUser(database, id);
  if (user === undefined || user.instanceId !== instance.id || user.kind !== 'machine') {
    throw notFound('COMMAND-Dfhas', 'User could not be found');
  }
  return user;
}
