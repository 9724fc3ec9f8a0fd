import { expect, test } from 'vitest';
import { startServer } from '../../support/servers/sandbox-authorization-server.ts';

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'];

test('both well-known documents say the same, and name what a native client needs', async () => {
  const { issuer } = await startServer();
  const [openid, oauth] = await Promise.all(
    ['openid-configuration', 'oauth-authorization-server'].map(async (name) => (await fetch(`${issuer}/.well-known/${name}`)).json()),
  );
  expect(openid).toEqual(oauth);
  expect(openid).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
    end_session_endpoint: `${issuer}/oauth/sign-out`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: METHODS,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    introspection_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    revocation_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    response_types_supported: ['code'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
  });
});

test.each([
  { path: '/.well-known/oauth-protected-resource', resource: '' },
  { path: '/.well-known/oauth-protected-resource/api', resource: '/api' },
])('RFC 9728: $path names the resource that it was made from', async ({ path, resource }) => {
  const { issuer } = await startServer();
  const response = await fetch(issuer + path);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.json()).toMatchObject({
    resource: issuer + resource,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
  });
});

test('another path after the protected resource document is not found', async () => {
  const { issuer } = await startServer();
  expect((await fetch(`${issuer}/.well-known/oauth-protected-resource/other`)).status).toBe(404);
});
