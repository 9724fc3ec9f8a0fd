import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { acceptEncoding } from '../../src/http/content-coding.ts';

test.each([
  ['20.18.0', false],
  ['22.14.0', false],
  ['22.15.0', true],
  ['23.7.0', false],
  ['23.8.0', true],
  ['24.0.0', true],
  ['26.10.0', true],
])('Node.js %s is sent Zstandard: %j', (version, isSent) => {
  expect(acceptEncoding(version).includes('zstd')).toBe(isSent);
});

test('this Node.js can undo what it asks for', () => {
  expect(acceptEncoding(process.versions.node).includes('zstd')).toBe('zstdDecompress' in zlib);
});
