import { expect, test, vi } from 'vitest';
import { reportFailureTo } from '../../../src/commands/sandbox/sandbox-options.ts';
import { createMessages } from '../../../src/output/messages.ts';
import { collectedOutput } from '../../support/collected-output.ts';

test.each<[statement: string, failure: unknown, line: string]>([
  ['an error', new Error('disk full'), 'disk full'],
  ['what is not an error', 'a text', 'a text'],
  ['several lines', new Error('two\n  lines'), 'two lines'],
  ['a secret', new Error('Authorization: Bearer abcdefghijklmnop'), 'Authorization: Bearer [redacted]'],
  ['an escape sequence', new Error('\x1b[31mred'), '\\x1b[31mred'],
])('%s is one line on stderr', async (_, failure, line) => {
  const stderr = collectedOutput();
  const messages = createMessages({ stderr, colour: 0, json: false, quiet: false, commands: { shell: 'posix', profile: undefined } });
  reportFailureTo({ messages })(failure);
  await vi.waitUntil(() => stderr.text() !== '');
  expect(stderr.text()).toBe(`warning: the sandbox failed to answer a request: ${line}\n`);
});
