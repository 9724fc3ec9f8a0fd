import { expect, test } from 'vitest';
import { parse } from '../../../src/commands/kit/parser.ts';
import { isCliError } from '../../../src/errors.ts';
import { COMMANDS, GROUPS } from '../../support/commands.ts';

test.each([[['login', '--with-token=SECRET']], [['login', '--with-token', 'SECRET']], [['auth', 'login', 'SECRET', '--with-token']]])(
  '%j: a token in the command line is not repeated, and the hint says where it comes from',
  (argv) => {
    try {
      parse(argv, { groups: GROUPS, commands: COMMANDS, version: '0' });
      expect.unreachable();
    } catch (error) {
      if (!isCliError(error)) throw error;
      expect(error.code).toBe('usage');
      expect(error.message).toContain('--with-token takes no value: the token comes on standard input');
      expect(`${error.message}${JSON.stringify(error.hint)}`).not.toContain('SECRET');
    }
  },
);

test.each<[line: string, message: string, hint: string]>([
  ['auth whoami', "unknown command 'whoami'; did you mean flowkiwi whoami?", 'auth --help'],
  ['auth whoami --check', "unknown command 'whoami'; did you mean flowkiwi whoami?", 'auth --help'],
  ['org login', "unknown command 'login'; did you mean flowkiwi login?", 'org --help'],
  ['org remove 42', "unknown command 'remove'; did you mean flowkiwi org delete?", 'org --help'],
  ['profile delete work', "unknown command 'delete'; did you mean flowkiwi profile remove?", 'profile --help'],
  ['org show', "unknown command 'show'; did you mean flowkiwi org get?", 'org --help'],
  ['org crate Acme', "unknown command 'crate'; did you mean flowkiwi org create?", 'org --help'],
  ['orgs', "unknown command 'orgs'; did you mean flowkiwi org?", '--help'],
  ['token', "unknown command 'token'; did you mean flowkiwi auth token?", '--help'],
  ['rename 42 Acme', "unknown command 'rename'; did you mean flowkiwi org rename or flowkiwi instance rename?", '--help'],
  ['nothing', "unknown command 'nothing'", '--help'],
  ['--profile sandbox orgs', "unknown command 'orgs'; did you mean flowkiwi org?", '--help'],
  ['-o json --org org crate', "unknown command 'crate'", '--help'],
  ['org --profile auth crate', "unknown command 'crate'; did you mean flowkiwi org create?", 'org --help'],
  ['org list --profile tree more', 'too many arguments for org list', 'org list --help'],
  ['org get --timeout 3 --nope', "unknown option '--nope'", 'org get --help'],
  ['org create --jsno', "unknown option '--jsno'; did you mean --json?", 'org create --help'],
  ['tree -x', "unknown option '-x'", 'tree --help'],
  ['org list --json=true', '--json takes no value', 'org list --help'],
  ['org list -q=1', '-q takes no value', 'org list --help'],
])('%s is a mistake, and its hint is for the command that was called', (line, message, hint) => {
  expect(() => parsed(line.split(' '))).toThrow(
    expect.objectContaining({
      code: 'usage',
      message,
      hint: expect.objectContaining({ command: expect.objectContaining({ words: hint.split(' ') }) }),
    }),
  );
});

const BEHIND = 'NAME stands behind -- when it begins with a hyphen';

test.each<[word: string, option: string, say: string, command: string]>([
  ['-Acme Corp', '-A…', BEHIND, 'org create -- -NAME'],
  ['--Acme', '--…', BEHIND, 'org create -- -NAME'],
  ['-acme', '-acme', BEHIND, 'org create -- -NAME'],
  ['-quick', '-uick', BEHIND, 'org create -- -NAME'],
  ['-Vienna', '-V…', BEHIND, 'org create -- -NAME'],
  ['-hello', '-hello', BEHIND, 'org create -- -NAME'],
  ['--grumble', '--grumble', `${BEHIND}; to see the options`, 'org create --help'],
  ['-x', '-x', `${BEHIND}; to see the options`, 'org create --help'],
])('%j in place of a name is an option that there is not, and the hint shows --', (word, option, say, command) => {
  expect(() => parsed(['org', 'create', word])).toThrow(
    expect.objectContaining({
      message: `unknown option '${option}'`,
      hint: { say, command: expect.objectContaining({ words: command.split(' ') }) },
    }),
  );
  expect(parsed(['org', 'create', '-q', '--', word])).toMatchObject({ kind: 'command', args: [word], raw: { quiet: true } });
});

test.each<[line: string, raw: Readonly<Record<string, unknown>>]>([
  ['org list -o=json', { output: 'json' }],
  ['org list -ojson', { output: 'json' }],
  ['api -F=name=x /', { field: ['name=x'] }],
  ['api -F =x /', { field: ['=x'] }],
])('%s joins a value to the short name of an option', (line, raw) => {
  expect(parsed(line.split(' '))).toMatchObject({ kind: 'command', raw });
});

function parsed(argv: readonly string[]) {
  return parse(argv, { groups: GROUPS, commands: COMMANDS, version: '0' });
}
