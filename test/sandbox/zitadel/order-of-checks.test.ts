import { expect, test } from 'vitest';
import { errorOf, startForTest } from '../../support/servers/zitadel-in-memory.ts';

const MALFORMED = '{"name":';
const INVALID = { name: '' };

// From the first check that fails to the last: each row would be refused by every later one too (contract section 1).
test('checks come in the order of the real server', async () => {
  const { send, switchTo, tokenFor } = await startForTest('zitadelInstance=blocked', 'zitadelQuota=exhausted');
  const add = (options: Parameters<typeof send>[2]) => send('POST', '/management/v1/orgs', options).then(errorOf);
  const elsewhere = { 'x-zitadel-instance-host': 'nowhere.example' };

  expect(await add({ token: null, body: MALFORMED, headers: elsewhere })).toMatchObject({ status: 400, code: 3 });
  expect(await add({ token: null, body: INVALID, headers: elsewhere })).toMatchObject({ status: 404, code: 5, id: undefined });
  expect(await add({ token: null, body: INVALID })).toMatchObject({ status: 429, id: 'LIMITS-molsj' });

  await switchTo('zitadelQuota=exhausted');
  const stranger = await tokenFor('stranger@acme.example', []);
  expect(await add({ token: null, body: INVALID })).toMatchObject({ status: 401, message: 'auth header missing' });
  expect(await add({ token: 'unknown', body: INVALID, headers: { 'x-zitadel-orgid': '1' } })).toMatchObject({ id: 'AUTH-7fs1e' });
  expect(await add({ token: stranger, body: INVALID, headers: { 'x-zitadel-orgid': '1' } })).toMatchObject({ id: 'AUTH-Bs7Ds' });
  expect(await add({ token: stranger, body: INVALID })).toMatchObject({ status: 404, id: 'AUTHZ-cdgFk' });
  expect(await add({ body: INVALID })).toMatchObject({ status: 429, id: 'QUOTA-vjAy8' });

  await switchTo();
  expect(await add({ body: INVALID })).toMatchObject({ status: 400, message: expect.stringContaining('invalid AddOrgRequest.Name') });
  expect(await add({ body: { name: ' ' } })).toMatchObject({ status: 400, id: 'ORG-RrfXY' });
});

test('the system API is neither blocked nor counted', async () => {
  const { system } = await startForTest('zitadelInstance=blocked', 'zitadelQuota=exhausted');
  expect((await system('POST', '/instances/_search', {})).status).toBe(200);
});
