import { expect, test } from 'vitest';
import { TransportError, type TransportFailure, toCliError } from '../../src/http/transport-error.ts';
import { hintOf } from '../support/failure.ts';

const url = new URL('https://identity.flowkiwi.net/api/organizations');
const creation = { creating: 'organization "Acme Corp"', check: 'look for it with `flowkiwi org list`' };
const error = (kind: TransportFailure, mayHaveBeenReceived: boolean) =>
  new TransportError(kind, 'no answer from https://identity.flowkiwi.net within 30 s', { url, mayHaveBeenReceived });

test.each<[TransportFailure, RegExp]>([
  ['refused', /auth status/],
  ['unreachable', /network/],
  ['timeout', /--timeout/],
  ['reset', /run it again/],
  ['untrusted', /NODE_EXTRA_CA_CERTS/],
  ['tls', /check the URL/],
  ['too_large', /auth status/],
  ['malformed', /auth status/],
  ['redirect', /FLOWKIWI_URL/],
])('%s is unavailable, with a hint that helps', (kind, hint) => {
  const cause = error(kind, true);
  const result = toCliError(cause);
  expect(result).toMatchObject({ code: 'unavailable', exitStatus: 75, message: cause.message, cause });
  expect(hintOf(result)).toMatch(hint);
});

test('a create that may have been received ends as an unknown outcome that says what to check', () => {
  expect(toCliError(error('timeout', true), creation)).toMatchObject({
    code: 'unknown_outcome',
    exitStatus: 6,
    message: 'organization "Acme Corp" may or may not have been created: no answer from https://identity.flowkiwi.net within 30 s',
    hint: creation.check,
  });
});

test('a create of which nothing was sent is safe to run again', () => {
  expect(toCliError(error('refused', false), creation)).toMatchObject({ code: 'unavailable', exitStatus: 75 });
});
