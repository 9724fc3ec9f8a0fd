import { createPublicKey } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../../src/sandbox/database.ts';
import { createOrganization, createUser } from '../../../../src/sandbox/zitadel/creation.ts';
import {
  addMachineKey,
  addPersonalAccessToken,
  machineKeyOwner,
  personalAccessTokenOwner,
} from '../../../../src/sandbox/zitadel/store/machine-credentials.ts';
import { prepareZitadelTables } from '../../../../src/sandbox/zitadel/store/tables.ts';
import { clock } from '../../../support/servers/sandbox-in-memory.ts';
import { rsaKeys } from '../../../support/servers/zitadel-in-memory.ts';

const NOW = Date.UTC(2030, 0, 1);

test('credentials lead to their owner until they expire', async () => {
  const database = await openDatabase({ path: undefined, clock });
  onTestFinished(() => database.close());
  prepareZitadelTables(database);
  const organization = createOrganization(database, { instanceId: '1', name: 'Acme', generatedDomain: 'acme.localhost', now: NOW });
  const user = createUser(database, organization, { kind: 'machine', userName: 'robot', profile: { name: 'Robot' } }, NOW);

  const { token } = addPersonalAccessToken(database, user.id, NOW + 1000, NOW);
  expect(personalAccessTokenOwner(database, token, NOW)).toEqual(user);
  expect(personalAccessTokenOwner(database, token, NOW + 1000)).toBeUndefined();
  expect(personalAccessTokenOwner(database, `${token}x`, NOW)).toBeUndefined();

  const keys = rsaKeys();
  const { keyId, userId }: { keyId: string; userId: string } = JSON.parse(addMachineKey(database, user.id, keys, NOW + 1000, NOW).file);
  expect(userId).toBe(user.id);
  expect(machineKeyOwner(database, keyId, NOW)).toEqual({
    user,
    publicKey: createPublicKey(keys.privateKey).export({ type: 'spki', format: 'pem' }),
  });
  expect(machineKeyOwner(database, keyId, NOW + 1000)).toBeUndefined();
  expect(machineKeyOwner(database, 'another', NOW)).toBeUndefined();
});
