import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEHAVIOURS, BUILT_ONLY, homeThatKnows, succeeding } from '../support/every-command.ts';
import { flowkiwi, type RunOptions } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { INSTANCE_ID, instanceId, ORGANIZATION_ID, startSteadyServer } from '../support/servers/steady-server.ts';

/** Names as there are, with the columns that each takes on a terminal, counted by hand. */
const NAMES: readonly (readonly [handle: string, name: string, columns: number])[] = [
  ['latin', 'Acme EU', 7],
  ['chinese', '北京分公司', 10],
  ['korean', '서울 지사', 9],
  ['full-width', 'ＡＣＭＥ', 8],
  ['arabic', 'شركة', 4],
  ['hebrew', 'חברה', 4],
  ['persian', 'می\u200cخواهم', 7],
  ['combining', 'Zoe\u0308', 3],
  ['many-marks', 'a\u0301\u0323\u0308\u0302b', 2],
  ['emoji', '🥝 Kiwi', 7],
  ['joined', '👨\u200d👩\u200d👧\u200d👦', 2],
  ['skin', '👩🏽\u200d🚀 Ada', 6],
  ['flag', '🇩🇪 DE', 5],
  ['heart', '❤\ufe0f', 2],
];

/** Clears, recolours, retitles, links, rings, reorders, hides, breaks the line and forges the next one. */
const HOSTILE =
  'Acme\x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\\x9b31m\u202e\u2066\u200b\u2028\r\nerror: forged\0\x7f\u{e0041}';
/** As an argument: no program can be given a NUL. */
const TYPED = HOSTILE.replaceAll('\0', '');
/** What of it a name may have. */
const NAMED = TYPED.replaceAll(/\p{Cc}/gu, '');
const LONG = '北京 Zoe\u0308 👨\u200d👩\u200d👧 '.repeat(700).slice(0, 10_000);

let plain: ScriptedServer;
let hostile: ScriptedServer;
let long: ScriptedServer;
let sandbox: RunningSandbox;

beforeAll(async () => {
  [plain, hostile, long, sandbox] = await Promise.all([
    startSteadyServer({ organization: 'Acme Corp', instances: Object.fromEntries(NAMES) }),
    startSteadyServer({ organization: HOSTILE, instances: { 'acme-eu': HOSTILE } }),
    startSteadyServer({ organization: LONG, instances: { 'acme-eu': LONG, short: 'Short' } }),
    startSandbox(),
  ]);
});

afterAll(async () => {
  for (const server of [plain, hostile, long]) server?.close();
  await sandbox?.stop();
});

function at(server: ScriptedServer, name: string) {
  return {
    env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'steady-token' },
    home: homeThatKnows(server.url, [{ id: ORGANIZATION_ID, name }]),
  };
}

/** Without colours, and without the movements of a cursor that belong to a question. */
function text(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return output.replace(/\x1b\[(\d*m|\d*[A-DGJK]|\?(?:25|2004)[hl])/g, '');
}

/** What no name here may bring onto a terminal; the tabs are those between values. */
const UNSAFE = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff\u{e0000}-\u{e007f}]/u;

describe.concurrent('a table on a terminal', () => {
  test.each([[undefined], [70], [100], [200]])('of %s columns is aligned', { tags: ['script'] }, async (columns) => {
    const { status, output } = await onPseudoTerminal(['instance', 'list', '--fields', 'id,name,handle'], {
      ...at(plain, 'Acme Corp'),
      ...(columns !== undefined && { columns }),
    });
    const [heading = '', ...rows] = text(output).trimEnd().split('\n');
    const width = heading.indexOf('HANDLE') - heading.indexOf('NAME') - 2;
    expect({ status, width }).toEqual({ status: 0, width: 10 });
    expect(rows).toEqual(
      NAMES.map(([handle, name, taken], index) => [instanceId(index), name + ' '.repeat(width - taken), handle].join('  ')),
    );
  });

  test('shows of a name of 10,000 characters what fits, and keeps ids and handles whole', { tags: ['script'] }, async () => {
    const { status, output } = await onPseudoTerminal(['instance', 'list', '--fields', 'handle,name,id'], {
      ...at(long, LONG),
      columns: 80,
    });
    const [, first = '', second = ''] = text(output).trimEnd().split('\n');
    expect(status).toBe(0);
    expect(first).toMatch(new RegExp(`^acme-eu  北京 Zoe\u0308 .*… *  ${INSTANCE_ID}$`));
    expect(second).toMatch(/^short {4}Short {20,} {2}[0-9a-f-]{36}$/);
  });

  test.each([[['org', 'list']], [['tree']], [['org', 'get']], [['instance', 'get', 'acme-eu']]])(
    '%j takes such a name',
    { tags: ['script'] },
    async (args) => {
      const { status, output } = await onPseudoTerminal(args, { ...at(long, LONG), columns: 80 });
      expect({ status, hasIt: output.includes('北京 Zoe\u0308') }).toEqual({ status: 0, hasIt: true });
      expect(text(output)).not.toMatch(UNSAFE);
    },
  );

  test('without UTF-8 has a tree in ASCII', { tags: ['script'] }, async () => {
    const { status, output } = await onPseudoTerminal(['tree'], {
      ...at(plain, 'Acme Corp'),
      env: { ...at(plain, 'Acme Corp').env, LC_ALL: 'C' },
    });
    expect(status).toBe(0);
    expect(text(output)).toMatch(/^Organization "Acme Corp"\n\|- Instance "Acme EU"/);
    expect(output).not.toMatch(/[├└│─→…]/);
  });

  test('pipes and JSON have it whole', async () => {
    const [json, tsv] = await Promise.all([
      flowkiwi(['instance', 'list', '--json', '--fields', 'name'], at(long, LONG)),
      flowkiwi(['instance', 'list', '--fields', 'name'], at(long, LONG)),
    ]);
    expect(JSON.parse(json.stdout)).toEqual([{ name: LONG }, { name: 'Short' }]);
    expect(tsv.stdout === `${LONG}\nShort\n`).toBe(true);
  });
});

describe.concurrent('a hostile name', () => {
  const place = () => ({ url: hostile.url, sandbox: sandbox.url, secret: sandbox.secret });
  /** The same credential for all, whose user has that name too. */
  function knowsUser(home: string | undefined): void {
    const user = { sub: HOSTILE, email: HOSTILE, name: HOSTILE };
    const entry = { method: 'token', url: hostile.url, access_token: 'steady-token', user };
    const content = JSON.stringify({ version: 1, credentials: { default: entry, staging: entry } });
    writeFileSync(join(home ?? '', '.config', 'flowkiwi', 'credentials.json'), content, { mode: 0o600 });
  }

  async function onRealTerminal(args: readonly string[], { env = {}, home = '', stdin = '' }: RunOptions) {
    const script = stdin === '' ? '"$@"' : `printf %s '${stdin}' | "$@"`;
    return onPseudoTerminal(args, { env, home, script, columns: 100 });
  }

  async function asOnTerminal(args: readonly string[], options: RunOptions) {
    const { status, stdout, stderr } = await inProcess(args, { ...options, isTerminal: true });
    return { status, output: stdout + stderr };
  }

  /** One for each way of printing: on a real terminal, and in the other forms too. */
  const OTHER_FORMS = ['org get', 'instance list', 'tree', 'api', 'profile list', 'onboard'];

  test.each(Object.entries(BEHAVIOURS))('is harmless in %s', { tags: ['script'] }, async (call, behaviour) => {
    for (const form of OTHER_FORMS.includes(call) ? ['table', 'tsv', 'yaml'] : ['table']) {
      const { args, options } = succeeding(call, behaviour, place(), ['-o', form, '--yes']);
      knowsUser(options.home);
      const { status, output } = await ([...OTHER_FORMS, ...BUILT_ONLY].includes(call) ? onRealTerminal : asOnTerminal)(args, options);
      expect(status).toBe(0);
      expect(text(output)).not.toMatch(UNSAFE);
      expect(output).not.toMatch(/^error: forged/m);
    }
  });

  const VALUES: readonly (readonly [args: readonly string[], path: readonly (string | number)[]])[] = [
    [['org', 'create', NAMED], ['name']],
    [
      ['org', 'get'],
      ['owners', 0, 'name'],
    ],
    [
      ['org', 'list'],
      [0, 'name'],
    ],
    [['org', 'rename', ORGANIZATION_ID, NAMED], ['name']],
    [
      ['instance', 'list'],
      [0, 'name'],
    ],
    [['instance', 'get', 'acme-eu'], ['name']],
    [['instance', 'create', NAMED, '--handle', 'acme-eu'], ['name']],
    [['tree'], [0, 'instances', 0, 'name']],
    [['api', '/api/organizations/x'], ['name']],
    [
      ['api', '--paginate', '/api/organizations/x/instances'],
      [0, 'name'],
    ],
    [
      ['profile', 'list'],
      [0, 'user'],
    ],
    [
      ['onboard', '--org-name', NAMED, '--instance-name', NAMED, '--handle', 'acme-eu'],
      ['instance', 'name'],
    ],
  ];
  test.each(VALUES.map(([args, path]) => [args.filter((word) => word !== NAMED), args, path] as const))(
    'is in the JSON of %j exactly as it is, and the terminal is safe all the same',
    async (_, args, path) => {
      const options = at(hostile, HOSTILE);
      knowsUser(options.home);
      const { status, output } = await asOnTerminal([...args, '--json'], options);
      expect(status).toBe(0);
      expect(text(output)).not.toMatch(UNSAFE);
      let value: unknown = JSON.parse(text(output));
      for (const key of path) value = Object(value)[key];
      expect(value).toBe(HOSTILE);
    },
  );

  const GO = ['--instance-name', 'Acme EU', '--handle', 'acme-eu'];
  test.each<readonly [string, readonly string[], sees: string, types: string]>([
    ['a deletion', ['org', 'delete', ORGANIZATION_ID], `Type ${ORGANIZATION_ID} to delete organization Acme\\x1b[2J`, '\x03'],
    ['a transfer', ['instance', 'transfer', 'acme-eu', '--to', NAMED], 'Transfer instance Acme\\x1b[2J', '\x03'],
    ['a transfer that is declined', ['instance', 'transfer', 'acme-eu', '--to', 'another'], 'Transfer instance Acme\\x1b[2J', 'n\r'],
    ['the onboarding', ['onboard', ...GO], '> Acme\\x1b[2J', '\x03'],
    ['the onboarding that goes on', ['onboard', ...GO], '> Acme\\x1b[2J', '\r'],
    ['a suggestion', ['onboard', '--org-name', NAMED], 'Name of the instance:', '\x03'],
  ])('is harmless in the question of %s', { tags: ['script'] }, async (_, args, sees, types) => {
    const { status, output } = await onPseudoTerminal(args, { ...at(hostile, HOSTILE), columns: 400, person: { sees, types } });
    expect([0, 130]).toContain(status);
    expect(output).toContain(sees);
    expect(text(output).replaceAll('\r', '')).not.toMatch(UNSAFE);
  });

  test('is harmless in what is not found, refused and not known', { tags: ['script'] }, async () => {
    for (const args of [
      ['org', 'get', TYPED, '--fields', TYPED],
      ['org', TYPED],
      [TYPED],
      ['profile', 'show', TYPED],
      ['profile', 'add', TYPED, '--url', 'https://api.example'],
      ['instance', 'create', 'Acme', '--handle', TYPED],
      ['instance', 'list', '--sort', TYPED],
      ['api', TYPED, 'x'],
      ['help', TYPED],
      ['completion', TYPED],
      ['org', 'get', `--${TYPED}`],
      ['org', 'get', '-o', TYPED],
      ['sandbox', 'exec', '--', TYPED],
    ]) {
      const run = args[0] === 'sandbox' ? onRealTerminal : asOnTerminal;
      const { status, output } = await run(args, at(hostile, HOSTILE));
      // As in a shell, a program that is not there is 127.
      expect(status, args.join(' ')).toBe(args[0] === 'sandbox' ? 127 : 2);
      expect(text(output), args.join(' ')).not.toMatch(UNSAFE);
    }
  });
});
