import { InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';
import { expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/sandbox/database.ts';
import { authenticate, issueAccessToken } from '../../../src/sandbox/oauth/access-tokens.ts';
import { createSqliteAdapter } from '../../../src/sandbox/oauth/sqlite-adapter.ts';
import { testClock } from '../../support/servers/sandbox-authorization-server.ts';

async function openAdapters() {
  const clock = testClock();
  const database = await openDatabase({ path: undefined, clock });
  onTestFinished(() => database.close());
  return { clock, database, adapter: createSqliteAdapter(database, clock) };
}

/** The payload of the issued access token, and the id of its grant. */
function issued(database: Database, token: string): { payload: Record<string, unknown>; grantId: string } {
  const row = database.get(`SELECT payload, grant_id FROM oauth_artifact WHERE model = 'AccessToken' AND id = ?`, [token]);
  return { payload: JSON.parse(String(row?.['payload'])), grantId: String(row?.['grant_id']) };
}

test('what is stored is found by each of its keys, in its own model only', async () => {
  const { adapter } = await openAdapters();
  await adapter('Session').upsert('id', { uid: 'uid', accountId: 'a' }, 60);
  await adapter('DeviceCode').upsert('id', { userCode: 'BCDFGHJK' }, 60);
  expect(await adapter('Session').find('id')).toEqual({ uid: 'uid', accountId: 'a' });
  expect(await adapter('Session').findByUid('uid')).toEqual({ uid: 'uid', accountId: 'a' });
  expect(await adapter('DeviceCode').findByUserCode('BCDFGHJK')).toEqual({ userCode: 'BCDFGHJK' });
  expect(await adapter('Grant').find('id')).toBeUndefined();
  await adapter('Session').destroy('id');
  expect(await adapter('Session').find('id')).toBeUndefined();
});

test('consuming succeeds once; both requests had found the token unused, and the second one ends the grant', async () => {
  const { adapter } = await openAdapters();
  await adapter('Grant').upsert('grant', { accountId: 'a' }, 60);
  await adapter('RefreshToken').upsert('token', { grantId: 'grant' }, 60);
  await adapter('RefreshToken').upsert('other', { grantId: 'other grant' }, 60);
  await adapter('RefreshToken').consume('token');
  expect(await adapter('RefreshToken').find('token')).toEqual({ grantId: 'grant', consumed: expect.any(Number) });
  await expect(adapter('RefreshToken').consume('token')).rejects.toBeInstanceOf(InvalidGrant);
  expect(await adapter('RefreshToken').find('token')).toBeUndefined();
  expect(await adapter('Grant').find('grant')).toBeUndefined();
  expect(await adapter('RefreshToken').find('other')).toEqual({ grantId: 'other grant' });
});

test('saving a consumed code again does not make it usable', async () => {
  const { adapter } = await openAdapters();
  await adapter('DeviceCode').upsert('code', { grantId: 'grant' }, 60);
  await adapter('DeviceCode').consume('code');
  await adapter('DeviceCode').upsert('code', { grantId: 'grant' }, 60);
  await expect(adapter('DeviceCode').consume('code')).rejects.toBeInstanceOf(InvalidGrant);
});

test('an access token that is saved after its grant was revoked never works', async () => {
  const { adapter, clock, database } = await openAdapters();
  const token = issueAccessToken(database, 'jane@acme.example', clock.now());
  const { payload, grantId } = issued(database, token);
  await adapter('RefreshToken').upsert('refresh', { grantId }, 60);
  await adapter('RefreshToken').consume('refresh');
  await expect(adapter('RefreshToken').consume('refresh')).rejects.toBeInstanceOf(InvalidGrant);
  await adapter('AccessToken').upsert('late', { ...payload, jti: 'late' }, 60);
  expect(authenticate(database, 'late', clock.now())).toBeUndefined();
  await adapter('Grant').upsert(grantId, {}, 60);
  expect(authenticate(database, 'late', clock.now())?.email).toBe('jane@acme.example');
});
