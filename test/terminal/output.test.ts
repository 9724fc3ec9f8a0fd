import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let env: Record<string, string>;
let org: string;

const EVIL = 'evil \x1b[31mred\x1b]0;title\x07\x9b2J \u202etxt';
const INSTANCES = [
  ['acme-eu', 'Acme EU'],
  ['beijing', '北京分公司的实例'],
  ['kiwi', '🥝 Kiwi Ltd'],
  ['zoe', 'Zoe\u0308s'],
  ['long-name', 'A long name that goes on and on until nobody wants to read it any more'],
  ['hostile', EVIL],
] as const;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
  const call = async (path: string, body: unknown): Promise<string> => {
    const response = await fetch(`${sandbox.url}/api/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env['FLOWKIWI_TOKEN']}`, accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || !('id' in answer)) throw new Error(JSON.stringify(answer));
    return String(answer.id);
  };
  org = await call('organizations', { name: 'Acme Corp' });
  for (const [handle, name] of INSTANCES) await call(`organizations/${org}/instances`, { name, handle });
  env = { ...env, FLOWKIWI_ORG: org };
});

afterAll(() => sandbox?.stop());

/** What a terminal may be sent besides text: colours, and the movements of a line's end. */
function withoutColours(raw: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return raw.replace(/\x1b\[\d*m/g, '').replaceAll('\r\n', '\n');
}

describe('a table on a terminal', { tags: ['tmux'] }, () => {
  test.each([
    [60, 'ID NAME HANDLE'],
    [80, 'ID NAME HANDLE'],
    [120, 'ID NAME HANDLE PRODUCT MANAGEMENT'],
    [170, 'ID NAME HANDLE PRODUCT MANAGEMENT CREATED'],
  ])('of %d columns fits it, aligned, with whole ids and handles', async (columns, headings) => {
    const terminal = openTerminal(['instance', 'list', '--sort', 'created_at'], { env, columns });
    const { status, screen } = await terminal.ended();
    const lines = screen.split('\n');
    const [heading = '', ...rows] = lines;
    expect(status).toBe(0);
    expect(heading.replace(/ +/g, ' ')).toBe(headings);
    expect(rows.length).toBe(INSTANCES.length);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    const handleAt = heading.indexOf('HANDLE');
    for (const [index, [handle]] of INSTANCES.entries()) {
      const row = rows[index] ?? '';
      expect(row).toMatch(/^[0-9a-f-]{36} {2}/);
      expect(stringWidth(row.slice(0, row.indexOf(` ${handle}`) + 1))).toBe(handleAt);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(withoutColours(terminal.raw())).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  test('that is told its fields shows them all, however narrow it is', async () => {
    const terminal = openTerminal(['instance', 'list', '--fields', 'handle,product_management_url,created_at', '--limit', '1'], {
      env,
      columns: 60,
    });
    expect((await terminal.ended()).screen).toMatch(/^HANDLE +PRODUCT MANAGEMENT +CREATED\n\S+ +https?:\S+ +(just now|\d+ minutes? ago)$/);
  });

  test('nothing that a name holds reaches the terminal as a command, wherever it is shown', async () => {
    for (const args of [
      ['instance', 'get', 'hostile'],
      ['instance', 'get', 'hostile', '--json'],
      ['instance', 'get', 'hostile', '--jq', '.'],
      ['instance', 'get', 'hostile', '--jq', '.name'],
      ['instance', 'get', 'hostile', '-o', 'yaml'],
    ]) {
      const terminal = openTerminal(args, { env, columns: 100 });
      expect((await terminal.ended()).status).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(withoutColours(terminal.raw())).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      if (args.includes('--json')) expect(JSON.parse(withoutColours(terminal.raw()))).toMatchObject({ name: EVIL });
    }
    const created = openTerminal(['org', 'create', EVIL.replaceAll(/\p{Cc}/gu, '')], { env, columns: 100 });
    expect((await created.ended()).status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(withoutColours(created.raw())).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  test('TSV to a pipe is whole, without headings and colours', async () => {
    const { stdout } = await flowkiwi(['instance', 'list', '--sort', 'created_at'], { env });
    expect(stdout.split('\n').map((line) => line.split('\t')[2])).toEqual([...INSTANCES.map(([handle]) => handle), undefined]);
    expect(stdout.split('\n')[4]).toContain(INSTANCES[4][1]);
  });
});

describe('colour', { tags: ['tmux'] }, () => {
  const COLOURED = true;
  const PLAIN = false;
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[], string, boolean]>([
    ['a terminal', {}, [], '"$@"', COLOURED],
    ['an empty NO_COLOR', { NO_COLOR: '' }, [], '"$@"', COLOURED],
    ['NO_COLOR', { NO_COLOR: '1' }, [], '"$@"', PLAIN],
    ['NO_COLOR and FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, [], '"$@"', PLAIN],
    ['NO_COLOR and --color always', { NO_COLOR: '1' }, ['--color', 'always'], '"$@"', COLOURED],
    ['--color never', {}, ['--color', 'never'], '"$@"', PLAIN],
    ['FORCE_COLOR and --color never', { FORCE_COLOR: '1' }, ['--color', 'never'], '"$@"', PLAIN],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], '"$@"', PLAIN],
    ['TERM=dumb', {}, [], 'TERM=dumb "$@"', PLAIN],
    ['a pipe', {}, ['-o', 'table'], '"$@" | cat', PLAIN],
    ['a pipe and FORCE_COLOR', { FORCE_COLOR: '1' }, ['-o', 'table'], '"$@" | cat', COLOURED],
    ['a pipe and --color always', {}, ['-o', 'table', '--color', 'always'], '"$@" | cat', COLOURED],
  ])('%s', async (_, more, args, script, isColoured) => {
    const terminal = openTerminal(['instance', 'list', ...args], { env: { ...env, ...more }, script });
    const { screen } = await terminal.ended();
    expect(screen).toContain('acme-eu');
    expect(terminal.raw().includes('\x1b[')).toBe(isColoured);
  });

  test.each<readonly [Readonly<Record<string, string>>, readonly string[], boolean]>([
    [{}, [], COLOURED],
    [{ NO_COLOR: '1' }, [], PLAIN],
    [{}, ['--color', 'never'], PLAIN],
  ])('of questions and errors (%o %o)', async (more, args, isColoured) => {
    const question = openTerminal(['org', 'create', ...args], { env: { ...env, ...more } });
    await question.shows('? Name of the organization:');
    question.press('Enter');
    await question.shows('> The name cannot be empty');
    question.press('C-c');
    await question.ended();
    const error = openTerminal(['org', 'create', '', ...args], { env: { ...env, ...more } });
    expect(await error.ended()).toMatchObject({ status: 2, screen: expect.stringContaining('error: ') });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    for (const { raw } of [question, error]) expect(/\x1b\[\d+m/.test(raw())).toBe(isColoured);
  });
});
