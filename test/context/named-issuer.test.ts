import { expect, test } from 'vitest';
import { assertNamedIssuer } from '../../src/context/named-issuer.ts';

const isSent = (api: string, issuer: string, named?: string): boolean => {
  const server = { issuer, token_endpoint: `${issuer}/token`, authorization_response_iss_parameter_supported: false };
  try {
    assertNamedIssuer('a client secret', server, { profile: { url: new URL(api), issuer: named }, naming: 'with --issuer' });
    return true;
  } catch {
    return false;
  }
};

test.each<[api: string, issuer: string, isSent: boolean]>([
  ['https://api.example', 'https://api.example/tenant', true],
  ['https://api.example', 'https://id.example', false],
  ['http://localhost:8787', 'http://127.0.0.1:8787', true],
  ['http://localhost:8787', 'http://[::1]:8787', true],
  ['http://localhost:8787', 'http://127.0.0.1:8788', false],
  ['http://localhost:8787', 'https://127.0.0.1:8787', false],
  ['http://localhost:8787', 'http://acme.localhost:8787', false],
  ['http://acme.localhost:8787', 'http://127.0.0.1:8787', false],
  ['http://127.0.0.1:8787', 'http://127.0.0.2:8787', false],
  ['https://localhost.example', 'https://127.0.0.1', false],
])('at %s a secret may go to %s, which it names: %s', (api, issuer, expected) => {
  expect([isSent(api, issuer), isSent(api, issuer, issuer)]).toEqual([expected, true]);
});
