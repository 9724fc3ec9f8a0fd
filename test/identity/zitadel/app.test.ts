import { expect, test } from 'vitest';
import { nativeAppSettings, readApp } from '../../../src/identity/zitadel/app.ts';

const URI = 'http://127.0.0.1/callback';
const CONFIG: Readonly<Record<string, unknown>> = { ...nativeAppSettings(URI), clientId: '123' };
const CODE_ALONE = ['OIDC_GRANT_TYPE_AUTHORIZATION_CODE'];

test.each<[what: string, config: object | undefined, app: object]>([
  ['one that was created for it', CONFIG, { client_id: '123', lacks: [] }],
  ['another port of the loopback address', { ...CONFIG, redirectUris: ['http://127.0.0.1:8080/callback'] }, { lacks: [] }],
  ['another path', { ...CONFIG, redirectUris: ['http://127.0.0.1/cb', 'no URL'] }, { lacks: [`the redirect URI ${URI}`] }],
  ['two grants too few', { ...CONFIG, grantTypes: CODE_ALONE }, { lacks: ['the grant Refresh Token', 'the grant Device Code'] }],
  [
    // Zero values are left out: a web app with a secret.
    'a web app',
    { clientId: '123', redirectUris: [URI], grantTypes: CONFIG['grantTypes'] },
    { lacks: ['the type Native', 'the authentication method None'] },
  ],
  ['an app that people do not sign in through', undefined, { client_id: null, lacks: [] }],
])('what an app lacks for signing in from a terminal: %s', (_, oidcConfig, app) => {
  expect(readApp({ id: '1', state: 'APP_STATE_ACTIVE', oidcConfig }, URI)).toMatchObject({ id: '1', ...app });
});

test('what is deactivated lacks to be active', () => {
  expect(readApp({ id: '1', state: 'APP_STATE_INACTIVE', oidcConfig: CONFIG }, URI)?.lacks).toEqual(['to be active']);
});
