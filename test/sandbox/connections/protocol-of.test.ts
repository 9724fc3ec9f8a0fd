import { expect, test } from 'vitest';
import { PREFACE, protocolOf } from '../../../src/sandbox/connections/protocol-of.ts';

test.each([
  ['', undefined],
  ['P', undefined],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r', undefined],
  [PREFACE.toString(), 'http2'],
  [`${PREFACE.toString()}\0\0\0\x04\0\0\0\0\0`, 'http2'],
  ['G', 'http1'],
  ['PO', 'http1'],
  ['PUT / HTTP/1.1\r\n', 'http1'],
  ['PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', 'http1'],
  ['\x16\x03\x01', 'http1'],
])('%j begins %s', (bytes, protocol) => {
  expect(protocolOf(Buffer.from(bytes, 'latin1'))).toBe(protocol);
});
