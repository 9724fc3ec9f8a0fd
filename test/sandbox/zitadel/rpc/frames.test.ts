import { expect, test } from 'vitest';
import { messageFrame, readMessageFrame, trailersFrame } from '../../../../src/sandbox/zitadel/rpc/frames.ts';

const MESSAGE = Buffer.from([1, 2, 3]);

test('a message comes out as it went in', () => {
  expect(readMessageFrame(messageFrame(MESSAGE))).toEqual(MESSAGE);
  expect(readMessageFrame(messageFrame(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
});

test.each([
  ['nothing', 'Internal', Buffer.alloc(0)],
  ['less than a header', 'Internal', Buffer.from([0, 0, 0])],
  ['a frame cut short', 'Internal', messageFrame(MESSAGE).subarray(0, 7)],
  ['two frames', 'Internal', Buffer.concat([messageFrame(MESSAGE), messageFrame(MESSAGE)])],
  ['trailers', 'Internal', trailersFrame({ 'grpc-status': '0' })],
  ['a length beyond everything', 'Internal', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])],
  ['a compressed frame', 'Unimplemented', Buffer.concat([Buffer.from([1]), messageFrame(MESSAGE).subarray(1)])],
])('%s is no message', (_, status, body) => {
  expect(() => readMessageFrame(body)).toThrow(expect.objectContaining({ status }));
});
