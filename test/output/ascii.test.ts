import { expect, test } from 'vitest';
import { asciiOutput, isWithoutUtf8 } from '../../src/output/ascii.ts';
import { collectedOutput } from '../support/collected-output.ts';

test.each<readonly [Record<string, string>, boolean]>([
  [{}, false],
  [{ LANG: 'C.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8' }, false],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, true],
  [{ LANG: 'de_DE.UTF-8', LC_CTYPE: 'POSIX' }, true],
  [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, false],
  [{ LANG: 'de_DE.ISO-8859-1' }, true],
])('%j is without UTF-8: %s', (env, expected) => {
  expect([isWithoutUtf8(env, 'linux'), isWithoutUtf8(env, 'win32')]).toEqual([expected, false]);
});

test('glyphs become ASCII, and names stay', async () => {
  const output = collectedOutput({ isTerminal: true });
  await asciiOutput(output).write('Café\n├─ a → b…\n│  └─ 北京\n');
  expect(output.text()).toBe('Café\n|- a -> b...\n|  `- 北京\n');
});
