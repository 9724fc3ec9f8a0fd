import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTEXT_FILE } from '../../src/context/context-files-above.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { CALLS } from '../support/every-command.ts';
import { flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { INSTANCE_ID, startSteadyServer } from '../support/servers/steady-server.ts';
import { asStranger, giveToOrdinaryUser, giveToSomebody, ordinaryHome } from './users.ts';

const CURRENT = '0196f3a0-1111-7000-8000-00000000000a';
const PINNED = '0196f3a0-1111-7000-8000-00000000000b';

let server: ScriptedServer;
/** A folder below the one with the file. */
let folder: string;
let file: string;

beforeAll(async () => {
  server = await startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } });
  const top = mkdtempSync(join(tmpdir(), 'flowkiwi-pinned-'));
  folder = join(top, 'src', 'deep');
  mkdirSync(folder, { recursive: true });
  file = join(top, CONTEXT_FILE);
  writeFileSync(file, JSON.stringify({ profile: 'work', organization: 'Pinned' }));
});

afterAll(() => server?.close());

/** Settings with a profile `work`, which is not in use: its current organization is another one than the file names. */
function homeWith(home = newHome(), provider = 'flowkiwi'): string {
  const known = [
    { id: CURRENT, name: 'Current' },
    { id: PINNED, name: 'Pinned' },
  ];
  const work = { provider, url: server.url, organizations: { [new URL(server.url).href]: { current: CURRENT, known } } };
  const directory = join(home, '.config', 'flowkiwi');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ version: 1, profiles: { work } }), { mode: 0o600 });
  return home;
}

/** Runs a command below the file, and tells which paths it asked for. */
async function inFolder(
  args: readonly string[],
  env: Record<string, string> = {},
  home = homeWith(),
): Promise<Run & { readonly asked: string }> {
  const before = server.asked.length;
  const run = await flowkiwi(args, { cwd: folder, home, env: { FLOWKIWI_TOKEN: 'steady-token', ...env } });
  const asked = server.asked.slice(before).map(({ line, headers }) => `${line} ${headers['x-zitadel-orgid'] ?? ''}`);
  return { ...run, asked: asked.join('\n') };
}

/** Every command that works in an organization which may go without a name, as it is called; null for those that take only one that is named. */
const IN_ORGANIZATION: Readonly<Record<string, readonly string[] | null>> = {
  'org create': null,
  'org get': [],
  'org deactivate': null,
  'instance create': ['Acme EU', '--handle', 'acme-eu'],
  'instance get': ['acme-eu'],
  'instance list': [],
  'instance rename': ['acme-eu', 'Acme Europe'],
  'instance transfer': ['acme-eu', '--to', CURRENT, '--yes'],
  tree: null,
  apply: null,
  api: null,
  open: [INSTANCE_ID],
  onboard: null,
  'auth app create': null,
};

const WORKING = [
  ...GROUPS.flatMap(({ name, commands }) => commands.map((command) => ({ ...command, name: `${name} ${command.name}` }))),
  ...COMMANDS,
];
const AT_FLOWKIWI = WORKING.filter(({ org, isFor }) => isFor.flowkiwi && org.flowkiwi === 'used').map(({ name }) => name);

test('every command is looked at', () => {
  expect(CALLS).toEqual(expect.arrayContaining(Object.keys(IN_ORGANIZATION)));
  expect(Object.keys(IN_ORGANIZATION)).toEqual(expect.arrayContaining(AT_FLOWKIWI));
});

const PINNABLE = AT_FLOWKIWI.flatMap((call): [string, readonly string[]][] => {
  const args = IN_ORGANIZATION[call];
  return args ? [[call, args]] : [];
});

test.each(PINNABLE)('%s works in the organization of the file', async (call, args) => {
  const { status, stderr, asked } = await inFolder([...call.split(' '), ...args]);
  expect({ status, asked }).toEqual({ status: 0, asked: expect.stringContaining(`/api/organizations/${PINNED}`) });
  const isSaid = WORKING.find(({ name }) => name === call)?.effect === 'changes';
  const said = [`Using profile work, as ${file} says`, `Using organization Pinned (${PINNED}), as ${file} says`];
  expect(stderr.split('\n').filter((line) => line.startsWith('Using'))).toEqual(isSaid ? said : []);
});

describe('what wins over it', () => {
  test.each<[what: string, args: readonly string[], env: Record<string, string>, organization: string]>([
    ['--org', ['--org', CURRENT], {}, CURRENT],
    ['FLOWKIWI_ORG', [], { FLOWKIWI_ORG: CURRENT }, CURRENT],
    ['--org over both', ['--org', PINNED], { FLOWKIWI_ORG: CURRENT }, PINNED],
    ['the profile itself, named by FLOWKIWI_PROFILE', [], { FLOWKIWI_PROFILE: 'work' }, PINNED],
  ])('%s', async (_, args, env, organization) => {
    const { status, asked } = await inFolder(['instance', 'list', ...args], env);
    expect({ status, asked }).toEqual({ status: 0, asked: expect.stringContaining(`/api/organizations/${organization}`) });
  });

  test('another profile or another server has its own organization', async () => {
    for (const [args, env] of [
      [['--profile', 'sandbox'], {}],
      [[], { FLOWKIWI_PROFILE: 'sandbox' }],
      [['--profile', 'work'], { FLOWKIWI_URL: server.url.replace('127.0.0.1', 'localhost') }],
    ] as const) {
      const { status, stderr } = await inFolder(['instance', 'list', ...args], env);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('no organization is given, and none is current') });
    }
  });
});

test('auth status, profile show and org list say what it names; doctor too', async () => {
  const status = JSON.parse((await inFolder(['auth', 'status', '--json'])).stdout);
  expect(status).toMatchObject({ profile: 'work', organization: PINNED, why: { profile: file, url: 'config.json', organization: file } });
  expect(JSON.parse((await inFolder(['profile', 'show', '--json'])).stdout)).toMatchObject({
    name: 'work',
    current: true,
    sources: { profile: file },
  });
  const listed: { id: string; current: boolean }[] = JSON.parse((await inFolder(['org', 'list', '--json'])).stdout);
  expect(listed.filter(({ current }) => current).map(({ id }) => id)).toEqual([PINNED]);
  expect((await inFolder(['doctor'])).stdout).toContain(`work (${file})`);
});

test('with -q and with --json nothing is said of it', async () => {
  for (const form of ['-q', '--json']) {
    expect(await inFolder(['instance', 'create', 'Acme EU', '--handle', 'acme-eu', form])).toMatchObject({ status: 0, stderr: '' });
  }
});

describe('what deletes takes nothing from it', () => {
  test('the profile is to be named', async () => {
    const { status, stderr, asked } = await inFolder(['org', 'delete', CURRENT, '--yes']);
    expect({ status, asked }).toEqual({ status: 2, asked: '' });
    expect(stderr).toContain(`what deletes takes no profile from ${file}\nhint: name it: --profile work`);
    expect((await inFolder(['org', 'delete', CURRENT, '--yes', '--profile', 'work'])).asked).toContain(
      `DELETE /api/organizations/${CURRENT}`,
    );
    expect((await inFolder(['api', 'DELETE', `/api/organizations/${CURRENT}`])).status).toBe(2);
    expect((await inFolder(['api', `/api/organizations/${CURRENT}`])).status).toBe(0);
  });

  test('so is the organization', async () => {
    const named = ['--profile', 'work'];
    const home = homeWith(newHome(), 'zitadel');
    const { status, stderr, asked } = await inFolder(['org', 'domain', 'remove', 'steady.example', ...named], {}, home);
    expect({ status, asked: asked.includes('DELETE') }).toEqual({ status: 2, asked: false });
    expect(stderr).toContain(`what deletes takes no organization from ${file}\nhint: name it: --org ${PINNED}`);
    expect((await inFolder(['org', 'domain', 'add', 'steady.example', ...named], {}, home)).asked).toContain(PINNED);
  });
});

describe('what is not there', () => {
  const inOther = async (content: object, args: readonly string[]): Promise<Run> => {
    const cwd = mkdtempSync(join(tmpdir(), 'flowkiwi-pinned-'));
    writeFileSync(join(cwd, CONTEXT_FILE), JSON.stringify(content));
    return flowkiwi(args, { cwd, home: homeWith(), env: { FLOWKIWI_TOKEN: 'steady-token' } });
  };

  test('a profile', async () => {
    const { status, stderr } = await inOther({ profile: 'wrok' }, ['instance', 'list']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/there is no profile "wrok", which \S+ names; did you mean "work"\?/),
    });
  });

  test('a profile whose name is a trap is not suggested', async () => {
    const { status, stderr } = await inOther({ profile: 'x; touch y' }, ['org', 'delete', CURRENT, '--yes']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: there is no profile "x; touch y", which \S+ names/),
    });
    expect(stderr).not.toContain('--profile x');
  });

  test('an organization; what needs none goes on', async () => {
    const unknown = { profile: 'work', organization: 'Nowhere' };
    const { status, stderr } = await inOther(unknown, ['instance', 'list']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/profile work knows no organization "Nowhere", which \S+ names/),
    });
    expect((await inOther(unknown, ['org', 'list'])).status).toBe(0);
    expect((await inOther(unknown, ['org', 'use', CURRENT])).stderr).toContain('commands here use another organization');
  });

  test('what the help needs', async () => {
    for (const args of [
      ['help', 'output'],
      ['completion', 'bash'],
      ['profile', 'add', 'new', '--url', 'https://api.example', '--profile', 'work'],
    ]) {
      expect((await inOther({ url: 'https://elsewhere.example' }, args)).status).toBe(0);
    }
  });
});

test('that of another user is ignored, which is said once', async () => {
  const home = ordinaryHome();
  homeWith(home);
  for (const path of ['.config', '.config/flowkiwi', '.config/flowkiwi/config.json']) giveToOrdinaryUser(join(home, path));
  const cwd = mkdtempSync(join(tmpdir(), 'flowkiwi-pinned-'));
  chmodSync(cwd, 0o755);
  writeFileSync(join(cwd, CONTEXT_FILE), '{"profile": "work"}');
  giveToSomebody(join(cwd, CONTEXT_FILE));
  const { status, stderr } = await asStranger(['profile', 'show'], { home, cwd });
  expect(status).toBe(0);
  expect(stderr.match(/belongs to another user, and is ignored/g)).toHaveLength(1);
});
