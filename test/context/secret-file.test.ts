import { expect, test } from 'vitest';
import { assertNoContent, readsLikePath } from '../../src/context/secret-file.ts';

test.each([
  '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n',
  '-----BEGIN PRIVATE KEY-----',
  '{"type":"serviceaccount","key":"MIIB"}',
  'MIIB\nMIIC',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
  'MIIB'.repeat(70),
  '/MIIB'.repeat(900),
])('%j is not a name of a file, and is not repeated', (value) => {
  expect(() => assertNoContent(value, '--key-file')).toThrow(
    expect.objectContaining({ code: 'usage', message: '--key-file takes the name of a file, not what is in it' }),
  );
});

test.each(['-', 'key.json', '/a/b', 'C:\\keys\\key', 'Zürich key', 'C:\\{8F2C}\\key', '/long/'.repeat(200)])('%s may be one', (value) => {
  expect(() => assertNoContent(value, '--key-file')).not.toThrow();
});

test.each<[string, boolean]>([
  ['key.json', true],
  ['./key', true],
  ['../key', true],
  ['/key', true],
  ['~/key', true],
  ['C:\\key', true],
  ['key.PEM', true],
  ['Zq7SECRETinARGVaB1', false],
  ['Zq7/+secret=', false],
  ['secret.word1', false],
])('%s reads like a path: %s', (value, isPath) => {
  expect(readsLikePath(value)).toBe(isPath);
});
