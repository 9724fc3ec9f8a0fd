import { expect, test } from 'vitest';
import { messageFrame, readMessageFrame, trailersFrame } from '../../../../src/sandbox/zitadel/grpc-web/frames.ts';

const MESSAGE = Buffer.from([1, 2, 3]);

test('a message comes out as it went in', () => {
  expect(readMessageFrame(messageFrame(MESSAGE))).toEqual(MESSAGE);
  expect(readMessageFrame(messageFrame(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['less than a header', Buffer.from([0, 0, 0])],
  ['a frame cut short', messageFrame(MESSAGE).subarray(0, 7)],
  ['two frames', Buffer.concat([messageFrame(MESSAGE), messageFrame(MESSAGE)])],
  ['trailers', trailersFrame({ 'grpc-status': '0' })],
  ['a compressed frame', Buffer.concat([Buffer.from([1]), messageFrame(MESSAGE).subarray(1)])],
])('%s is no message', (_, body) => {
  expect(readMessageFrame(body)).toBeUndefined();
});
