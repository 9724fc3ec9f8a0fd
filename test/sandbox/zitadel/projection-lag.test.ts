import { expect, test } from 'vitest';
import { asList } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, startForTest, textAt } from '../../support/servers/zitadel-in-memory.ts';

/** Far more than the test takes, as real time goes on too. */
const LAG = 600_000;
const HUMAN = { userName: 'o', email: { email: 'o@acme.example' }, profile: { firstName: 'O', lastName: 'O' } };

// Contract section 6.
test('an organization is read by its id at once, and by everything else when the projection has come so far', async () => {
  const { send, clock } = await startForTest(`lag=${LAG}`);
  const id = textAt((await send('POST', '/management/v1/orgs', { body: { name: 'Acme' } })).json, 'id');
  const headers = { 'x-zitadel-orgid': id };
  const seen = async () => {
    const queries = [{ idQuery: { id } }];
    const v1 = await send('POST', '/admin/v1/orgs/_search', { body: { queries } });
    const v2 = await send('POST', '/v2/organizations/_search', { body: { queries } });
    const domains = await send('POST', '/management/v1/orgs/me/domains/_search', { headers, body: {} });
    const unique = await send('GET', '/admin/v1/orgs/_is_unique?name=acme');
    const byDomain = await send('GET', '/management/v1/global/orgs/_by_domain?domain=acme.localhost');
    return [
      asList(v1.json['result']).length,
      asList(v2.json['result']).length,
      asList(domains.json['result']).length,
      unique.json,
      byDomain.status,
    ];
  };
  expect((await send('GET', `/admin/v1/orgs/${id}`)).status).toBe(200);
  expect((await send('GET', '/management/v1/orgs/me', { headers })).status).toBe(200);
  expect(errorOf(await send('POST', '/management/v1/orgs', { body: { name: 'acme' } }))).toMatchObject({ status: 409, id: 'V3-DKcYh' });
  expect(await seen()).toEqual([0, 0, 0, { isUnique: true }, 404]);
  clock.advance(LAG);
  expect(await seen()).toEqual([1, 1, 1, {}, 200]);

  await send('DELETE', `/admin/v1/orgs/${id}`);
  const found = () =>
    send('POST', '/admin/v1/orgs/_search', { body: { queries: [{ idQuery: { id } }] } }).then(({ json }) => asList(json['result']));
  expect(await found()).toMatchObject([{ id, state: 'ORG_STATE_ACTIVE' }]);
  clock.advance(LAG);
  expect(await found()).toEqual([]);
});

test('an instance is found by nothing before the projection has it', async () => {
  const { send, system, clock } = await startForTest(`lag=${LAG}`);
  const machine = { userName: 'm', name: 'M', personalAccessToken: {} };
  const { json } = await system('POST', '/instances/_create', { instanceName: 'Acme', customDomain: 'acme.example', machine });
  const [id, token] = [textAt(json, 'instanceId'), textAt(json, 'pat')];
  const headers = { 'x-zitadel-instance-host': 'acme.example' };
  const seen = async () => {
    const search = await system('POST', '/instances/_search', { queries: [{ idQuery: { ids: [id] } }] });
    const exists = await system('POST', '/domains/acme.example/_exists', {});
    const me = await send('GET', '/admin/v1/instances/me', { headers, token });
    return [(await system('GET', `/instances/${id}`)).status, asList(search.json['result']).length, exists.json, me.status];
  };
  expect(await seen()).toEqual([404, 0, {}, 404]);
  expect(errorOf(await system('GET', `/instances/${id}`))).toEqual({
    status: 404,
    code: 5,
    id: undefined,
    message: expect.stringContaining(`unable to set instance using id ${id}: ID=QUERY-1kIjX`),
  });
  clock.advance(LAG / 2);
  expect((await system('GET', `/instances/${id}`)).status).toBe(404);
  clock.advance(LAG / 2);
  expect(await seen()).toEqual([200, 1, { exists: true }, 200]);
});

test('a change is shown late, and what was there from the start at once', async () => {
  const { system, send, clock } = await startForTest(`lag=${LAG}`);
  expect((await send('GET', '/admin/v1/instances/me')).status).toBe(200);
  const { json } = await system('POST', '/instances/_create', { instanceName: 'Before', human: HUMAN });
  const id = textAt(json, 'instanceId');
  clock.advance(LAG);
  await system('PUT', `/instances/${id}`, { instanceName: 'After' });
  const name = async () => textAt((await system('GET', `/instances/${id}`)).json, 'instance', 'name');
  expect(await name()).toBe('Before');
  clock.advance(LAG);
  expect(await name()).toBe('After');
});
