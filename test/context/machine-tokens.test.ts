import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { awaitMachineTokens } from '../../src/context/machine-tokens.ts';
import type { MachineIdentity } from '../../src/storage/credential.ts';
import { leapingClock } from '../support/clocks.ts';
import { httpClient, metadata, type Reply, serve } from '../support/servers/serve.ts';

const NOW = 1_750_000_000_000;
const PEM = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;
const KEY: MachineIdentity = { kind: 'service_account_key', subject: '7', keyId: 'k', audience: undefined, privateKey: PEM };
const TOKENS: Reply = { body: { access_token: 'A', token_type: 'Bearer', expires_in: 60 } };

/** What comes of it when the server answers so at first, and how often it was asked. */
async function asked(first: readonly Reply[], patienceMs?: number) {
  const { origin, seen } = await serve(() => first[seen.length - 1] ?? TOKENS);
  const options = { server: metadata(origin), clientId: 'c', http: httpClient(), clock: leapingClock(NOW), scopes: [], env: {} };
  const { kind } = await awaitMachineTokens(KEY, options, patienceMs);
  return { kind, assertions: seen.map(({ form }) => form['assertion']) };
}

const DOWN: Reply = { status: 503, headers: { 'retry-after': '3600' } };

test.each<[what: string, first: readonly Reply[], times: number, kind: string, patienceMs?: number]>([
  ['tokens at once', [], 1, 'issued'],
  ['a failure that passes', [DOWN], 2, 'issued'],
  ['too many requests', [{ status: 429 }], 2, 'issued'],
  ['a gateway that has no answer', [{ status: 504 }], 2, 'issued'],
  ['a failure that lasts', [DOWN, DOWN, DOWN, DOWN, DOWN], 4, 'failed'],
  ['a failure, and no time for another attempt', [DOWN], 1, 'failed', 100],
  ['a refusal', [{ status: 400, body: { error: 'invalid_grant' } }], 1, 'failed'],
])('%s', async (_what, first, times, kind, patienceMs) => {
  const { assertions, ...outcome } = await asked(first, patienceMs);
  expect({ ...outcome, times: assertions.length }).toEqual({ kind, times });
  // A server may take each once only (RFC 7523 section 3).
  expect(new Set(assertions).size).toBe(times);
});
