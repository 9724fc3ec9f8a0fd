import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/commands/kit/global-options.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { CASES, runInProcess, TIME } from './run-in-process.ts';

/** They serve until they are told to stop, or run other programs. */
const ENDLESS = new Set(['start', 'exec', '--sandbox']);

const commands = [...COMMANDS, ...GROUPS.flatMap((group) => group.commands)];
const names = [
  ...GROUPS.flatMap(({ name }) => name.split(' ')),
  ...commands.flatMap(({ name, shortcut }) => (shortcut ? [name, shortcut] : [name])),
];
const flags = [...GLOBAL_OPTIONS, ...commands.flatMap(({ options }) => Object.values(options))]
  .flatMap((option) => option.flags.split(/[ ,]+/))
  .filter((word) => word.startsWith('-'));
const words = [...new Set([...names, ...flags])].filter((word) => !ENDLESS.has(word));

const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '--',
      '-',
      '--=',
      '--no-',
      '',
      ' ',
      '-oz',
      '--output=json',
      'acme-eu',
      '0',
      '-1',
      '__proto__',
      'constructor',
      'toString',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const commandLine = fc.tuple(fc.constantFrom(...words), fc.array(word, { maxLength: 6 })).map(([first, rest]) => [first, ...rest]);

test('no command line makes it crash, end with another status, or print a stack trace', { timeout: TIME }, async () => {
  await fc.assert(
    fc.asyncProperty(commandLine, async (argv) => {
      const line = argv.filter((text) => !ENDLESS.has(text));
      // Nothing listens at this address: whatever gets as far as a request fails at once.
      const { status } = await runInProcess(line, { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_TOKEN: 'token' });
      expect(status).toBeTypeOf('number');
    }),
    { numRuns: CASES },
  );
});
