import { expect, test } from 'vitest';
import { terminalOutput } from '../../src/output/terminal-output.ts';
import { collectedOutput } from '../support/collected-output.ts';

async function written(content: string | Uint8Array, isTerminal: boolean): Promise<string> {
  const output = collectedOutput({ isTerminal });
  await terminalOutput(output).write(content);
  return output.text();
}

test.each<[what: string, sent: string | Uint8Array, shown: string]>([
  ['text of two lines', 'a\nb\n', 'a\nb\n'],
  ['tabs and colours of our own', '\x1b[1mID\x1b[22m\tName\n', '\x1b[1mID\x1b[22m\tName\n'],
  ['joiners that an emoji needs', '👩‍🚀\n', '👩‍🚀\n'],
  ['the clipboard (OSC 52)', '\x1b]52;c;cHduZWQ=\x07', '\\x1b]52;c;cHduZWQ=\\x07'],
  ['a link (OSC 8)', '\x1b]8;;https://evil.example\x1b\\x', '\\x1b]8;;https://evil.example\\x1b\\x'],
  ['a movement of the cursor', '\x1b[2J', '\\x1b[2J'],
  ['C1 control characters', '\x9b2J\x9d0;t\x9c', '\\x9b2J\\x9d0;t\\x9c'],
  ['a bidirectional override', 'a\u202eb', 'a\\u202eb'],
  ['a return to the start of the line', 'error\rok', 'error\\rok'],
  ['bytes', new TextEncoder().encode('\x1b[2Jx'), '\\x1b[2Jx'],
])('%s on a terminal', async (_, sent, shown) => {
  expect(await written(sent, true)).toBe(shown);
});

test('a pipe gets what is sent', async () => {
  expect(await written('\x1b[2J', false)).toBe('\x1b[2J');
});
