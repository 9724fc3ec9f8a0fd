import { expect, test } from 'vitest';
import { createPalette } from '../../src/output/colour.ts';
import { resultsText } from '../../src/output/jq-results.ts';

const CASES: readonly [lines: string, inPipe: string, onTerminal: string][] = [
  ['', '', ''],
  ['""', '\n', '\n'],
  ['"Zoë\\n2"', 'Zoë\n2\n', 'Zoë\\n2\n'],
  ['"a\\u001b[31mb\\u202e"', 'a\x1b[31mb\u202e\n', 'a\\x1b[31mb\\u202e\n'],
  ['null\n1\n"x"', 'null\n1\nx\n', 'null\n1\nx\n'],
  ['{"a":[1,{}]}', '{"a":[1,{}]}\n', '{\n  "a": [\n    1,\n    {}\n  ]\n}\n'],
  ['{"a":"\u202e\\u001b"}', '{"a":"\\u202e\\u001b"}\n', '{\n  "a": "\\u202e\\u001b"\n}\n'],
  ['[123456789012345678901234567890,1.10]', '[123456789012345678901234567890,1.10]\n', '[\n  123456789012345678901234567890,\n  1.10\n]\n'],
  [`${'['.repeat(600)}${']'.repeat(600)}`, `${'['.repeat(600)}${']'.repeat(600)}\n`, `${'['.repeat(600)}${']'.repeat(600)}\n`],
];

test.each(CASES)('%j', (lines, inPipe, onTerminal) => {
  const palette = undefined;
  expect(resultsText(lines, { isTerminal: false, palette })).toBe(inPipe);
  expect(resultsText(lines, { isTerminal: true, palette })).toBe(onTerminal);
});

test('strings have no colour, which would be part of them', () => {
  const palette = createPalette(1);
  expect(resultsText('"x"\n1', { isTerminal: true, palette })).toBe(`x\n${palette.number('1')}\n`);
});
