import { expect, test } from 'vitest';
import { readClientKey } from '../../src/oauth/client-key.ts';
import { ed25519, rsa, rsaPkcs1 } from '../support/keys.ts';

const read = (text: string) => readClientKey(text, 'the key file f');
const application = (more: object = {}) =>
  JSON.stringify({ type: 'application', keyId: 'k1', key: rsaPkcs1, appId: '7', clientId: '123@project', ...more });

test.each([
  ['a PEM key', `${rsa.pem}\n`, { clientId: undefined, keyId: undefined, privateKey: rsa.pem.trim() }],
  ['an elliptic one', ed25519.pem, { clientId: undefined, keyId: undefined, privateKey: ed25519.pem.trim() }],
  ['the JSON of an application', application(), { clientId: '123@project', keyId: 'k1', privateKey: rsaPkcs1 }],
])('%s', (_what, text, key) => {
  expect(read(text)).toEqual(key);
});

test.each([
  ['nothing', ' \n', 'is empty'],
  ['another file', 'hello', 'is not a key file'],
  ['half a document', '{"type":', 'is damaged: it is not valid JSON'],
  ['the key of a service account', '{"type":"serviceaccount"}', 'is the key of a service account, which signs in without a person'],
  ['another document', '{}', 'is not the key of a client'],
  ['a document without the client', application({ clientId: undefined }), 'is damaged: clientId, keyId or key is missing'],
  ['a document with another key', application({ key: 'x' }), 'has a key that is not a private key'],
])('%s', (_what, text, problem) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'invalid', message: `the key file f ${problem}` }));
});
