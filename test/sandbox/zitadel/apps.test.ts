import { afterAll, beforeAll, expect, test } from 'vitest';
import { asList, asObject } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, startZitadel, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;
let projectId: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  projectId = textAt((await zitadel.send('POST', '/management/v1/projects', { body: { name: 'flowkiwi' } })).json, 'id');
});

afterAll(() => zitadel.sandbox.close());

const NATIVE = {
  name: 'native',
  redirectUris: ['http://127.0.0.1/callback'],
  responseTypes: ['OIDC_RESPONSE_TYPE_CODE'],
  grantTypes: ['OIDC_GRANT_TYPE_AUTHORIZATION_CODE', 'OIDC_GRANT_TYPE_REFRESH_TOKEN'],
  appType: 'OIDC_APP_TYPE_NATIVE',
  authMethodType: 'OIDC_AUTH_METHOD_TYPE_NONE',
  devMode: true,
};

test('a project and an app are found again by their names, with all settings', async () => {
  const named = (name: string) => ({ body: { queries: [{ nameQuery: { name, method: 'TEXT_QUERY_METHOD_EQUALS' } }] } });
  const made = await zitadel.send('POST', `/management/v1/projects/${projectId}/apps/oidc`, { body: NATIVE });
  const projects = await zitadel.send('POST', '/management/v1/projects/_search', named('flowkiwi'));
  expect(asList(projects.json['result']).map(({ id, state }) => ({ id, state }))).toEqual([
    { id: projectId, state: 'PROJECT_STATE_ACTIVE' },
  ]);
  const apps = await zitadel.send('POST', `/management/v1/projects/${projectId}/apps/_search`, named('native'));
  const [app] = asList(apps.json['result']);
  const { name, ...settings } = NATIVE;
  expect(app).toMatchObject({ id: made.json['appId'], name, state: 'APP_STATE_ACTIVE' });
  expect(asObject(app?.['oidcConfig'])).toMatchObject({ ...settings, clientId: made.json['clientId'] });
  const none = await zitadel.send('POST', `/management/v1/projects/${projectId}/apps/_search`, named('nothing'));
  expect(none.json['result']).toBeUndefined();
});

test('the settings of an app can be changed, and an app removed', async () => {
  const path = `/management/v1/projects/${projectId}/apps`;
  const id = textAt((await zitadel.send('POST', `${path}/oidc`, { body: { ...NATIVE, name: 'changed' } })).json, 'appId');
  const { name: _, ...settings } = NATIVE;
  const redirectUris = ['http://localhost/other'];
  await zitadel.send('PUT', `${path}/${id}/oidc_config`, { body: { ...settings, redirectUris } });
  const read = await zitadel.send('GET', `${path}/${id}`);
  expect(asObject(asObject(read.json['app'])['oidcConfig'])).toMatchObject({ redirectUris });
  await zitadel.send('DELETE', `${path}/${id}`);
  expect(errorOf(await zitadel.send('GET', `${path}/${id}`))).toMatchObject({ status: 404, id: 'QUERY-fkp1s' });
});

test('an app is made by an owner of its organization, and by nobody who only reads', async () => {
  const make = (token: string) => zitadel.send('POST', '/management/v1/projects', { token, body: { name: 'by a role' } });
  expect(errorOf(await make(await zitadel.tokenFor('reader@acme.example', ['ORG_OWNER_VIEWER'])))).toMatchObject({ id: 'AUTH-5mWD2' });
  expect((await make(await zitadel.tokenFor('owner@acme.example', ['ORG_OWNER']))).status).toBe(200);
  expect(errorOf(await make(zitadel.owner))).toMatchObject({ status: 409, message: 'Project already exists on organization (V3-DKcYh)' });
});
