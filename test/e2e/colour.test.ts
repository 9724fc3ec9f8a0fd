import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';

type Flag = 'auto' | 'always' | 'never';

interface Wish {
  readonly noColor: string | undefined;
  readonly forceColor: string | undefined;
  readonly term: string;
  readonly flag: Flag;
}

/**
 * The whole table, from what is promised: the flag wins; without it `NO_COLOR` says no, then `FORCE_COLOR` says what it says; when nobody
 * has said anything, a terminal that is not dumb has colours. Each row is [NO_COLOR, FORCE_COLOR, TERM, --color] and whether a terminal and
 * anything else are coloured.
 */
const PROMISED = `
  -  -  xterm  auto    terminal
  -  -  dumb   auto    neither
  -  0  xterm  auto    neither
  -  0  dumb   auto    neither
  -  1  xterm  auto    both
  -  1  dumb   auto    both
  1  -  xterm  auto    neither
  1  -  dumb   auto    neither
  1  0  xterm  auto    neither
  1  0  dumb   auto    neither
  1  1  xterm  auto    neither
  1  1  dumb   auto    neither
`;

const SAID_BY_FLAG: Readonly<Record<Exclude<Flag, 'auto'>, string>> = { always: 'both', never: 'neither' };

const CASES: readonly (readonly [Wish, coloured: string])[] = PROMISED.trim()
  .split('\n')
  .map((line) => line.trim().split(/ +/))
  .flatMap(([noColor = '', forceColor = '', term = '', , coloured = '']) => {
    const wish = { noColor: given(noColor), forceColor: given(forceColor), term };
    const flags = (['always', 'never'] as const).map((flag) => [{ ...wish, flag }, SAID_BY_FLAG[flag]] as const);
    return [[{ ...wish, flag: 'auto' }, coloured] as const, ...flags];
  });

function given(word: string): string | undefined {
  return word === '-' ? undefined : word;
}

test('every combination is there', () => {
  expect(new Set(CASES.map(([wish]) => JSON.stringify(wish))).size).toBe(2 * 3 * 2 * 3);
});

/** What a flag wins over by the built command; over all the rest in its tables, in this process. */
const HARDEST: readonly Wish[] = [
  { noColor: '1', forceColor: '0', term: 'dumb', flag: 'always' },
  { noColor: undefined, forceColor: '1', term: 'xterm', flag: 'never' },
];
const isBuilt = (wish: Wish) => wish.flag === 'auto' || HARDEST.some((hard) => JSON.stringify(hard) === JSON.stringify(wish));

test.concurrent.each(CASES.filter(([wish]) => !isBuilt(wish)))('%o: %s, in this process', async ({ flag, ...wish }, coloured) => {
  for (const isTerminal of [true, false]) {
    const args = ['profile', 'use', 'sandbox', '-o', 'table', '--color', flag];
    const { status, stdout, stderr } = await inProcess(args, { env: environment(wish), isTerminal });
    expect([status, stripVTControlCharacters(stdout)]).toEqual([0, expect.stringMatching(/^Name +sandbox\n/)]);
    expect([stdout, stderr].map(isColoured)).toEqual(Array(2).fill(coloured === 'both' || (isTerminal && coloured === 'terminal')));
  }
});

test.concurrent.each(CASES.filter(([wish]) => isBuilt(wish)))('%o: %s', { tags: ['script'] }, async ({ flag, ...wish }, coloured) => {
  const files = join(newHome(), 'streams');
  mkdirSync(files);
  const env = { FILES: files, ...environment(wish) };
  // Says the profile on standard output and what was done on standard error, each once on the terminal and once in a file.
  const args = ['profile', 'use', 'sandbox', '-o', 'table', '--color', flag];
  const script = '"$@" 2> "$FILES/stderr"; printf "\\f"; "$@" > "$FILES/stdout"';
  const { status, output } = await onPseudoTerminal(args, { env, script, columns: 100 });
  expect(status).toBe(0);
  const [stdout = '', stderr = ''] = output.split('\f');
  const inFile = (name: string) => readFileSync(join(files, name), 'utf8');
  const streams = { terminal: [stdout, stderr], file: [inFile('stdout'), inFile('stderr')] };
  for (const [out = '', error = ''] of Object.values(streams)) {
    expect(stripVTControlCharacters(out)).toMatch(/^Name +sandbox\n/);
    expect(stripVTControlCharacters(error)).toBe('Commands use profile sandbox now (http://127.0.0.1:8787)\nnext: flowkiwi login\n');
  }
  expect(streams.terminal.map(isColoured)).toEqual(Array(2).fill(coloured !== 'neither'));
  expect(streams.file.map(isColoured)).toEqual(Array(2).fill(coloured === 'both'));
});

function environment({ noColor, forceColor, term }: Omit<Wish, 'flag'>): Record<string, string> {
  return {
    TERM: term,
    ...(noColor !== undefined && { NO_COLOR: noColor }),
    ...(forceColor !== undefined && { FORCE_COLOR: forceColor }),
  };
}

function isColoured(text: string): boolean {
  return text.includes('\x1b[');
}
