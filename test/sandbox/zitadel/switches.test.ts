import { expect, test } from 'vitest';
import { asList } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, startForTest } from '../../support/servers/zitadel-in-memory.ts';

const HUMAN = { userName: 'o', email: { email: 'o@acme.example' }, profile: { firstName: 'O', lastName: 'O' } };

test('wrapped errors hide those of gRPC itself in a 500, and leave the others alone', async () => {
  const { send } = await startForTest('zitadelErrors=wrapped');
  const text =
    'rpc error: code = InvalidArgument desc = invalid AddOrgRequest.Name: value length must be between 1 and 200 runes, inclusive';
  const invalid = await send('POST', '/management/v1/orgs', { body: {} });
  expect([invalid.status, invalid.json]).toEqual([
    500,
    { code: 2, message: `${text} ()`, details: [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', message: text }] },
  ]);
  const missing = await send('GET', '/admin/v1/instances/me', { token: null });
  expect(errorOf(missing)).toMatchObject({
    status: 500,
    code: 2,
    message: 'rpc error: code = Unauthenticated desc = auth header missing ()',
  });
  expect(errorOf(await send('GET', '/admin/v1/orgs/1'))).toMatchObject({ status: 404, id: 'QUERY-leq5Q' });
  const elsewhere = { 'x-zitadel-instance-host': 'nowhere.example' };
  expect(errorOf(await send('GET', '/admin/v1/instances/me', { headers: elsewhere }))).toMatchObject({ status: 404, code: 5 });
});

test.each([
  ['zitadelInstance=blocked', { status: 429, code: 8, id: 'LIMITS-molsj', message: 'Errors.Limits.Instance.Blocked (LIMITS-molsj)' }],
  ['zitadelQuota=exhausted', { status: 429, code: 8, id: 'QUOTA-vjAy8', message: 'Quota.Access.Exhausted (QUOTA-vjAy8)' }],
  ['zitadelMfa=required', { status: 403, code: 7, id: 'AUTHZ-Kl3p0', message: 'mfa required (AUTHZ-Kl3p0)' }],
])('%s', async (name, error) => {
  const { send } = await startForTest(name);
  expect(errorOf(await send('GET', '/admin/v1/orgs/default'))).toEqual(error);
});

test('a partial creation ends in a 500, but the instance exists', async () => {
  const { system } = await startForTest('zitadelCreateInstance=partial');
  const body = { instanceName: 'Half', customDomain: 'half.example', human: HUMAN };
  expect(errorOf(await system('POST', '/instances/_create', body))).toMatchObject({ status: 500, code: 13, id: 'COMMA-AiV3u' });
  const { json } = await system('POST', '/instances/_search', { queries: [{ domainQuery: { domains: ['half.example'] } }] });
  expect(asList(json['result'])).toMatchObject([{ name: 'Half' }]);
});
