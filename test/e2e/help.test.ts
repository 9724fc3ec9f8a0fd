import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TOPIC_NAMES } from '../../src/commands/help/topic-names.ts';
import { TOPICS } from '../../src/commands/help/topics.ts';
import type { Command } from '../../src/commands/kit/command.ts';
import { exitLines } from '../../src/commands/kit/exit-codes.ts';
import { GLOBAL_OPTIONS } from '../../src/commands/kit/global-options.ts';
import { parse } from '../../src/commands/kit/parser.ts';
import { EXIT_STATUS } from '../../src/errors.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { jsonError } from '../support/failure.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';

/** Every command, with the words that call it. */
const ALL: readonly (readonly [words: readonly string[], command: Command])[] = [
  ...COMMANDS.map((command) => [[command.name], command] as const),
  ...GROUPS.flatMap(({ name, commands }) =>
    commands.flatMap((command) => [
      [[...name.split(' '), command.name], command] as const,
      ...(command.shortcut === undefined ? [] : [[[command.shortcut], command] as const]),
    ]),
  ),
];

describe.concurrent('every command explains itself', () => {
  test.each(ALL)('%j', async (words, { summary, arguments: positionals, options, examples, exits, ownExits }) => {
    const run = await inProcess([...words, '--help']);
    const help = run.stderr;
    expect(run).toMatchObject({ status: 0, stdout: '' });
    expect(help).toMatch(new RegExp(`^Usage: flowkiwi ${words.join(' ')}\\b`));
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    for (const { name, summary: about } of positionals) expect(lines(help)).toContain(`${name} ${about}`);
    for (const option of Object.values(options)) expect(lines(help)).toContain(`${option.flags} ${option.summary}`);
    expect(new Set(examples).size).toBeGreaterThanOrEqual(2);
    expect(help).toMatch(/^Options of every command .*: flowkiwi help options$/m);
    for (const line of exitLines(exits, ownExits)) expect(help).toContain(`\n  ${line}\n`);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // A long one goes on in the next line.
    for (const example of examples) expect(help.replaceAll(/ \\\n +/g, ' ')).toContain(`\n  ${example}\n`);
    for (const code of exits) expect(Object.keys(EXIT_STATUS)).toContain(code);
  });

  test.each(ALL.flatMap(([, { examples }]) => examples).map((example) => [example]))('the example works: %s', (example) => {
    const { groups, commands, version } = { groups: GROUPS, commands: COMMANDS, version: '0' };
    for (const words of commandLines(example)) expect(parse(words, { groups, commands, version }).kind).toBe('command');
  });

  test('every command line in the topics works', () => {
    const examples = TOPICS.flatMap(({ text }) => text.split('\n')).filter((line) => /^ {2}(?:\w+=\$\()?flowkiwi /.test(line));
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) {
      // What a command line is for stands behind it, after spaces.
      for (const words of commandLines(example.trim().replace(/ {2,}.*/, ''))) {
        expect(parse(words, { groups: GROUPS, commands: COMMANDS, version: '0' }).kind).toBe('command');
      }
    }
  });
});

/** Sources of the tests that run commands, and of what they share, without those that go through all of them. */
const TESTS = ['attack', 'e2e', 'serving', 'support', 'terminal', 'zitadel']
  .map((name) => join(import.meta.dirname, '..', name))
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.ts') && !file.startsWith('help'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  );

describe('every command and every flag has a test', () => {
  test.each(ALL)('%j', (words, { shortcut, options }) => {
    const calls = [words, ...(shortcut === undefined ? [] : [[shortcut]])].map(
      (called) => new RegExp(called.map((word) => `\\b${word}\\b`).join(`['"]?,? ['"]?`)),
    );
    // Most tests start it through this function.
    if (words.join(' ') === 'sandbox start') calls.push(/\bstartSandbox\(/);
    expect(TESTS.some((text) => calls[0]?.test(text))).toBe(true);
    if (words[0] === shortcut) return;
    const using = TESTS.filter((text) => calls.some((call) => call.test(text)));
    for (const { flags } of Object.values(options)) expect(isUsed(flags, using), `a test with ${flags}`).toBe(true);
  });

  test.each(GLOBAL_OPTIONS.map(({ flags }) => [flags]))('%s', (flags) => {
    expect(isUsed(flags, TESTS)).toBe(true);
  });
});

/** Whether one of the texts has the long name of an option as a word. */
function isUsed(flags: string, texts: readonly string[]): boolean {
  const [name = ''] = /--[a-z-]+/.exec(flags) ?? [];
  return texts.some((text) => new RegExp(`${name}(?![\\w-])`).test(text));
}

describe.concurrent('help', () => {
  test.each([['--help'], ['-h']])('%s lists every group and command', async (flag) => {
    const { status, stdout, stderr } = await flowkiwi([flag]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const shown = [...GROUPS.filter(({ name }) => !name.includes(' ')), ...COMMANDS];
    for (const { name, summary } of shown) expect(lines(stdout)).toContain(`${name} ${summary}`);
  });

  test.each(GROUPS.map(({ name, commands }) => [name, commands] as const))('%s --help lists its commands', async (name, commands) => {
    const { status, stderr } = await flowkiwi([...name.split(' '), '--help']);
    expect(status).toBe(0);
    for (const command of commands) expect(lines(stderr)).toContain(`${command.name} ${command.summary}`);
    const within = GROUPS.filter((group) => group.name.startsWith(`${name} `));
    for (const group of within) expect(lines(stderr)).toContain(`${group.name.slice(name.length + 1)} ${group.summary}`);
  });

  test('the topics are those that the command names', () => {
    expect(TOPICS.map(({ name }) => name)).toEqual([...TOPIC_NAMES]);
  });

  test.each(TOPICS.map(({ name, text }) => [name, text] as const))('help %s', async (name, text) => {
    expect(await flowkiwi(['help', name])).toEqual({ status: 0, stdout: text, stderr: '' });
  });

  test('the overview fits on a screen, has every command in its place, and says where to start', async () => {
    const { stdout } = await flowkiwi(['--help']);
    const printed = stdout.split('\n');
    expect(printed.length).toBeLessThan(40);
    expect(printed.filter((line) => line.length > 80)).toEqual([]);
    expect(printed.filter((line) => /^[A-Z].*:$/.test(line))).toEqual([
      'Start here:',
      'Getting started:',
      'Resources:',
      'Connection:',
      'Tools:',
    ]);
    const start = /Start here:\n((?: {2}.+\n)+)/.exec(stdout)?.[1] ?? '';
    expect(start.trimEnd().split('\n')).toHaveLength(3);
    for (const line of start.trimEnd().split('\n')) {
      for (const words of commandLines(line.trim().replace(/ {2,}.*/, ''))) {
        expect(parse(words, { groups: GROUPS, commands: COMMANDS, version: '0' }).kind).toBe('command');
      }
    }
  });

  test.each(ALL)('help %j is the help of the command', async (words) => {
    const help = await inProcess(['help', ...words]);
    const { stdout } = await inProcess([...words, '--help'], { isTerminal: true });
    // The name of a topic shows the topic.
    if (words.length === 1 && TOPICS.some(({ name }) => name === words[0])) return;
    expect(help).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('help of a group lists its commands', async () => {
    const { stdout } = await inProcess(['org', '--help'], { isTerminal: true });
    expect((await flowkiwi(['help', 'org'])).stdout).toBe(stdout);
  });

  test.each<[args: readonly string[], seen: 'stdout' | 'stderr']>([
    [['org', 'create', '--help'], 'stdout'],
    [['org', 'create', '-h', '-q'], 'stderr'],
    [['-q', 'instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--help'], 'stdout'],
    [['org', 'create', '--version'], 'stdout'],
    [['org', 'create', '-V', '--json'], 'stderr'],
    [['org', '--help'], 'stdout'],
  ])('%j in place of a name is never taken for an id: in a pipe it is on stderr, on a terminal on %s', async (args, seen) => {
    const text = expect.stringMatching(/./);
    expect(await inProcess(args)).toEqual({ status: 0, stdout: '', stderr: text });
    expect(await inProcess(args, { isTerminal: true })).toEqual({ status: 0, stdout: '', stderr: '', [seen]: text });
  });

  test('in a pipe says how to have it on standard output', async () => {
    expect((await flowkiwi(['org', 'create', '--help'])).stderr).toMatch(/\n\nOn standard output: flowkiwi help org create\n$/);
    for (const args of [['--help'], ['--color', 'never', '-h'], ['--version', '--json']])
      expect(await inProcess(args)).toEqual({ status: 0, stdout: expect.stringMatching(/./), stderr: '' });
  });

  test.each<[words: readonly string[], message: string]>([
    [['exit-code'], 'there is no topic "exit-code"; did you mean exit-codes?'],
    [['instanc'], 'there is no topic "instanc"; did you mean instance?'],
    [['org', 'crate'], 'there is no command "org crate"; did you mean org create?'],
    [['org', 'something-else'], 'there is no command "org something-else"'],
    [['org', 'create', 'more'], 'there is no topic "org create more"'],
    [['logi'], 'there is no topic "logi"; did you mean login?'],
    [['onboard', 'now'], 'there is no topic "onboard now"'],
    [['output', 'now'], 'there is no topic "output now"'],
  ])('help %j is refused', async (words, message) => {
    const run = await inProcess(['help', ...words, '--json']);
    expect(run.status).toBe(2);
    expect(jsonError(run)['message']).toBe(message);
  });

  test('everything is there as data', async () => {
    const tree = JSON.parse((await flowkiwi(['help', '--json'])).stdout);
    expect(Object.keys(tree)).toEqual(['schema', 'groups', 'commands', 'options', 'topics']);
    expect(tree.groups.map(({ name }: { name: string }) => name)).toEqual(GROUPS.map(({ name }) => name));
    const create = JSON.parse((await flowkiwi(['help', 'org', 'create', '--json'])).stdout);
    expect(create).toMatchObject({
      name: 'create',
      arguments: [{ name: 'name' }],
      provider: null,
      org: { flowkiwi: 'used', zitadel: 'used' },
      options: expect.arrayContaining([
        expect.objectContaining({ flags: '--no-use', choices: null, provider: null }),
        expect.objectContaining({ flags: '--org-id <id>', provider: 'zitadel' }),
        expect.objectContaining({ flags: '--first-run', provider: 'flowkiwi' }),
      ]),
      exits: expect.arrayContaining([{ status: 2, codes: ['usage', 'invalid'], meaning: expect.any(String) }]),
    });
  });

  test('help lists the topics', async () => {
    const { status, stdout } = await flowkiwi(['help']);
    expect(status).toBe(0);
    for (const { name, summary } of TOPICS) expect(lines(stdout)).toContain(`${name} ${summary}`);
  });

  test('the topic about the environment has every variable of flowkiwi that is read', () => {
    const read = sources().flatMap(([, text]) => text.match(/(?<=')FLOWKIWI_[A-Z_]+(?=')/g) ?? []);
    const topic = TOPICS.find(({ name }) => name === 'environment')?.text ?? '';
    expect(new Set(read).size).toBeGreaterThan(5);
    for (const name of new Set(read)) expect(topic).toContain(`  ${name} `);
  });

  test('every topic fits on 80 columns, but for command lines', () => {
    const long = TOPICS.flatMap(({ text }) => text.split('\n')).filter((line) => line.length > 80);
    expect(long).toEqual([]);
  });

  test('the topic about trouble has every error code with its status, and what helps', () => {
    const text = TOPICS.find(({ name }) => name === 'troubleshooting')?.text ?? '';
    for (const [code, status] of Object.entries(EXIT_STATUS))
      expect(text).toMatch(new RegExp(`^  ${code} \\(${status}\\) +\\S.*[a-z]`, 'm'));
  });

  test('the topic about options has every option of all commands', () => {
    const text = TOPICS.find(({ name }) => name === 'options')?.text ?? '';
    for (const { flags, summary } of GLOBAL_OPTIONS) expect(lines(text)).toContain(`${flags} ${summary}`);
  });

  test('flowkiwi alone leaves the first steps in sight', async () => {
    const { status, stderr } = await flowkiwi([]);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(22);
    for (const word of ['onboard --sandbox', 'login', 'logout', 'whoami', 'org', 'instance', '--help']) expect(stderr).toContain(word);
  });

  test.each([
    [
      ['org', 'create', '--help', '--json'],
      ['help', 'org', 'create', '--json'],
    ],
    [
      ['--json', 'org', '--help'],
      ['help', 'org', '--json'],
    ],
    [
      ['--help', '--json'],
      ['help', '--json'],
    ],
  ])('%j is the same as %j', async (asked, help) => {
    expect(await inProcess(asked)).toEqual(await inProcess(help));
    expect((await inProcess(asked)).stdout).toMatch(/^\{/);
  });

  test('the topic about exit codes has every code beside its status', () => {
    const text = TOPICS.find(({ name }) => name === 'exit-codes')?.text ?? '';
    for (const [code, status] of Object.entries(EXIT_STATUS)) {
      const row = text.split(/\n(?= {2}\d)/).find((part) => part.trim().startsWith(`${status} `)) ?? '';
      expect(row).toContain(code);
    }
  });
});

/** The first two words of a command line that is suggested as words. */
const SUGGESTED = /\b(?:flowkiwi\(|helpWith\(\s*(?:'[^']*'|`[^`]*`),)\s*(?:\.\.\.\[)?'([a-z]+)'(?:,\s*'([a-z]+)')?/g;

test('every command that a message or a hint names is there', () => {
  const wordsBehind = (noun: string) => [
    ...GROUPS.flatMap(({ name, commands }) => (name === noun ? commands.map((command) => command.name) : [])),
    ...GROUPS.flatMap(({ name }) => (name.startsWith(`${noun} `) ? [name.slice(noun.length + 1)] : [])),
  ];
  const groups = new Map(GROUPS.filter(({ name }) => !name.includes(' ')).map(({ name }) => [name, wordsBehind(name)]));
  const names = new Set([
    ...COMMANDS.map(({ name }) => name),
    ...GROUPS.flatMap(({ commands }) => commands.flatMap(({ shortcut }) => shortcut ?? [])),
  ]);
  // A word after "flowkiwi" that is neither of these is prose, unless it is a noun or verb of the product contract.
  const promised = new Set([...groups.keys(), ...names, 'profile', 'api', 'apply', 'tree', 'completion']);
  const isThere = (first: string, second: string | undefined) =>
    names.has(first) || (groups.has(first) && (second === undefined || groups.get(first)?.includes(second)));
  const missing = sources().flatMap(([file, text]) =>
    [...text.matchAll(/flowkiwi (?:--profile \S+ )?([a-z]+)(?: ([a-z]+))?/g), ...text.matchAll(SUGGESTED)]
      .filter(([, first = '', second]) => promised.has(first) && !isThere(first, second))
      .map(([words]) => `${file}: ${words}`),
  );
  expect(missing).toEqual([]);
});

/** The program's sources without their comments. */
function sources(): (readonly [file: string, text: string])[] {
  const root = join(import.meta.dirname, '..', '..', 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8').replaceAll(/^ *(\/?\*|\/\/).*$/gm, '')]);
}

/** Help texts are wrapped and aligned: what belongs together as one line, blanks as one. */
function lines(help: string): string {
  return help.replaceAll(/\s+/g, ' ');
}

/** The words after each `flowkiwi` of a shell line, as the shell would pass them on. */
function commandLines(example: string): string[][] {
  const found = [...example.matchAll(/(?:^|\$\()flowkiwi ((?:"[^"]*"|'[^']*'|[^"')|<>])+)/g)].map(([, line = '']) => line);
  if (found.length === 0) throw new Error(`no command in ${example}`);
  const word = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g;
  return found.map((line) => [...line.matchAll(word)].map(([text]) => text.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2')));
}
