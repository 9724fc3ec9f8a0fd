import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { decodedText } from '../src/decoded-text.ts';

const TEXT = 'Café 北京 🥝\n';

/** The text as another program writes it. */
function inEncoding(encoding: string): Buffer {
  return execFileSync('iconv', ['-f', 'UTF-8', '-t', encoding], { input: TEXT });
}

test.each<[what: string, bytes: Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)])],
])('%s is read', (_, bytes) => {
  expect(decodedText(bytes, 'f')).toBe(TEXT);
});

describe('as iconv writes it', { tags: ['iconv'] }, () => {
  test.each<[what: string, bytes: () => Buffer]>([
    ['UTF-16 with a mark', () => inEncoding('UTF-16')],
    ['UTF-16, little end first', () => Buffer.concat([Buffer.from([0xff, 0xfe]), inEncoding('UTF-16LE')])],
    ['UTF-16, big end first', () => Buffer.concat([Buffer.from([0xfe, 0xff]), inEncoding('UTF-16BE')])],
  ])('%s is read', (_, bytes) => {
    expect(decodedText(bytes(), 'f')).toBe(TEXT);
  });
});

test.each<[what: string, bytes: Buffer]>([
  ['ISO 8859-1', Buffer.from('Café', 'latin1')],
  ['half a character', Buffer.from('Café').subarray(0, -1)],
  ['half a character of UTF-16', Buffer.from([0xff, 0xfe, 0x3d, 0xd8])],
])('%s is refused', (_, bytes) => {
  expect(() => decodedText(bytes, 'f')).toThrow(expect.objectContaining({ code: 'usage', message: 'f is not UTF-8 text' }));
});
