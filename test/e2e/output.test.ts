import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { jsonError, textError } from '../support/failure.ts';
import { collect, environmentOf, FLOWKIWI, flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const INSTANCES = 300;
const INSTANCE_KEYS = [
  'id',
  'name',
  'handle',
  'created_at',
  'updated_at',
  'organization_id',
  'created_by_organization_id',
  'product_management_url',
];

let sandbox: RunningSandbox;
let env: Record<string, string>;
let home: string;
let org: string;
let acme: Readonly<Record<string, string>>;
/** Another one with an instance of that kind, for what is created. */
let another: string;
/** An organization with so many instances that a pipe cannot hold them. */
let crowd: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = await sandbox.environment();
  home = newHome();
  org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env, home })).stdout.trim();
  const created = await flowkiwi(['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--json'], { env, home });
  acme = JSON.parse(created.stdout);
  crowd = (await flowkiwi(['org', 'create', 'Crowd', '--no-use', '-q'], { env, home })).stdout.trim();
  another = (await flowkiwi(['org', 'create', 'Another', '--no-use', '-q'], { env, home })).stdout.trim();
  await createInstance(another, 'Another EU', 'another-eu');
  await Promise.all(
    Array.from({ length: INSTANCES }, (_, number) => createInstance(crowd, `Instance ${'x'.repeat(200)} ${number}`, handleOf(number))),
  );
});

afterAll(() => sandbox.stop());

async function createInstance(organization: string, name: string, handle: string): Promise<void> {
  const response = await fetch(`${sandbox.url}/api/organizations/${organization}/instances`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${env['FLOWKIWI_TOKEN']}` },
    body: JSON.stringify({ name, handle }),
  });
  if (response.status !== 201) throw new Error(await response.text());
}

/** Handles have no digits. */
function handleOf(number: number): string {
  return `crowd-${[...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;
}

function run(...args: readonly string[]): Promise<Run> {
  return flowkiwi(args, { env, home });
}

/** The same without a process, for other spellings of what a process has shown. */
function quick(...args: readonly string[]): Promise<Run> {
  return inProcess(args, { env, home });
}

/** Runs a line of bash with the command as `flowkiwi`. */
async function shell(line: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
  const script = `flowkiwi() { "$NODE" "$FLOWKIWI" "$@"; }; set -o pipefail; ${line}`;
  const child = spawn('bash', ['-c', script], {
    env: { ...environmentOf(home), NODE: process.execPath, FLOWKIWI, ...env, ...more },
  });
  const [stdout, stderr, [status]] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

describe.concurrent('forms of one result', () => {
  test('ids', async () => {
    const expected = { status: 0, stdout: `${acme['id']}\n`, stderr: '' };
    expect(await run('instance', 'get', 'acme-eu', '-q')).toEqual(expected);
    for (const flags of [['--quiet'], ['-o', 'id'], ['--output=id'], ['-oid'], ['-q', '--json'], ['-o', 'json', '--quiet']])
      expect(await quick('instance', 'get', 'acme-eu', ...flags)).toEqual(expected);
  });

  test('JSON in one line, with the fields of the API and the URL', async () => {
    for (const [runner, ...flags] of [
      [run, '--json'],
      [quick, '-o', 'json'],
      [quick, '-ojson'],
    ] as const) {
      const { status, stdout, stderr } = await runner('instance', 'get', 'acme-eu', ...flags);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toBe(`${JSON.stringify(acme)}\n`);
      expect(Object.keys(JSON.parse(stdout))).toEqual(INSTANCE_KEYS);
    }
  });

  test('YAML says the same as JSON', async () => {
    const { stdout } = await run('instance', 'get', 'acme-eu', '-o', 'yaml');
    // Dates stay text.
    expect(parseYaml(stdout)).toEqual(acme);
    const list = await run('instance', 'list', '-o', 'yaml');
    expect(parseYaml(list.stdout)).toEqual([acme]);
  });

  test('tab-separated values, in a pipe without asking for them', async () => {
    const row = [acme['id'], 'Acme EU', 'acme-eu', acme['product_management_url'], acme['created_at']].join('\t');
    for (const flags of [[], ['-o', 'tsv']]) {
      expect((await run('instance', 'get', 'acme-eu', ...flags)).stdout).toBe(`${row}\n`);
      expect((await run('instance', 'list', ...flags)).stdout).toBe(`${row}\n`);
    }
  });

  test('a table', async () => {
    const { stdout } = await run('instance', 'list', '-o', 'table');
    const [heading = '', row = '', ...rest] = stdout.split('\n');
    expect(heading).toMatch(/^ID +NAME +HANDLE +PRODUCT MANAGEMENT +CREATED$/);
    expect(row).toMatch(new RegExp(`^${acme['id']} +Acme EU +acme-eu +https?://`));
    expect(rest).toEqual(['']);
  });

  test('chosen fields, in their order, in every form', async () => {
    const fields = ['--fields', 'handle, name'];
    expect((await run('instance', 'list', ...fields)).stdout).toBe('acme-eu\tAcme EU\n');
    expect((await run('instance', 'list', ...fields, '--json')).stdout).toBe('[{"handle":"acme-eu","name":"Acme EU"}]\n');
    expect((await run('instance', 'get', 'acme-eu', ...fields, '-o', 'yaml')).stdout).toBe('handle: acme-eu\nname: Acme EU\n');
    expect((await run('instance', 'list', ...fields, '-o', 'table')).stdout).toMatch(/^HANDLE +NAME\nacme-eu +Acme EU\n$/);
  });

  test('chosen fields in place of ids are bare values, with no words beside them', async () => {
    const fields = ['--fields', 'handle,name', '-q'];
    expect(await run('instance', 'list', ...fields)).toEqual({ status: 0, stdout: 'acme-eu\tAcme EU\n', stderr: '' });
    expect((await quick('instance', 'get', 'acme-eu', ...fields, '--json')).stdout).toBe('acme-eu\tAcme EU\n');
    expect((await quick('api', `/api/organizations/${org}`, '-q', '--fields', 'name')).stdout).toBe('Acme Corp\n');
    const created = await quick('org', 'create', 'Bare', '--no-use', '-q', '--fields', 'name');
    expect(created).toEqual({ status: 0, stdout: 'Bare\n', stderr: '' });
  });

  test('ids, with errors as JSON', async () => {
    for (const fields of [[], ['--fields', 'name']])
      expect(jsonError(await quick('instance', 'get', 'nothing', '-q', '--json', ...fields))['code']).toBe('not_found');
  });

  test('an empty list is a list', async () => {
    const none = ['instance', 'list', '--handle', 'no-such-handle'];
    const outputs = await Promise.all([['--json'], ['-o', 'yaml'], ['-q'], ['-o', 'tsv'], []].map((flags) => run(...none, ...flags)));
    expect(outputs.map(({ stdout }) => stdout)).toEqual(['[]\n', '[]\n', '', '', '']);
    expect(outputs.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
  });

  test('words for a person are on stderr, the thing and its id first, the next command last', async () => {
    const { stdout, stderr } = await run('org', 'create', 'Two words', '--no-use');
    const [id] = stdout.split('\t');
    expect(stderr).toBe(`Created organization Two words (${id})\nnext: flowkiwi instance create "Acme EU" --handle acme-eu --org ${id}\n`);
  });
});

describe.concurrent('JSON in a pipe parses entirely, and stderr stays empty', () => {
  test.each<[readonly string[]]>([
    [['org', 'create', 'JSON Corp', '--no-use']],
    [['org', 'get']],
    [['instance', 'list']],
    [['instance', 'get', 'another-eu']],
    [['instance', 'create', 'JSON', '--handle', 'json-eu']],
    [['auth', 'status']],
    [['auth', 'status', '--check']],
    [['auth', 'token']],
    [['auth', 'logout']],
    [['help']],
    [['help', 'output']],
    [['onboard', '--org-name', 'O', '--instance-name', 'I', '--handle', 'onboard-eu']],
    [['onboard', '--sandbox']],
  ])('%j', async (args) => {
    const { status, stdout, stderr } = await flowkiwi([...args, '--json'], { env });
    // Without an organization of this home to work in, these are told which.
    if (args[0] === 'instance' || (args[0] === 'org' && args[1] === 'get')) {
      expect({ status, code: jsonError({ status, stdout, stderr })['code'] }).toEqual({ status: 2, code: 'usage' });
      const told = await flowkiwi([...args, '--json', '--org', another], { env });
      expect({ status: told.status, stderr: told.stderr }).toEqual({ status: 0, stderr: '' });
      expect(typeof JSON.parse(told.stdout)).toBe('object');
      return;
    }
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(typeof JSON.parse(stdout)).toBe('object');
  });

  test('a long list', async () => {
    const { stdout } = await run('instance', 'list', '--org', crowd, '--json');
    expect(new Set(JSON.parse(stdout).map(({ handle }: { handle: string }) => handle)).size).toBe(INSTANCES);
  });

  test('whatever form it is asked for in, a failure is JSON when JSON was meant', async () => {
    for (const flags of [['--json'], ['-o', 'json'], ['-ojson'], ['--output=json'], ['--output', 'json']]) {
      expect(jsonError(await quick('org', 'create', ...flags, '--no-such-option'))['code']).toBe('usage');
      expect(jsonError(await quick(...flags, 'org', 'nothing'))['code']).toBe('usage');
    }
  });
});

describe.concurrent('a reader that stops reading', { tags: ['bash'] }, () => {
  test.each([
    `instance list --org "$CROWD" | head -1`,
    `instance list --org "$CROWD" --json | head -c 100`,
    `instance list --org "$CROWD" -o yaml | head -1`,
    `instance list --org "$CROWD" -o table | head -1`,
    `instance list --org "$CROWD" | true`,
    `help output | true`,
    `--help | true`,
  ])('flowkiwi %s ends quietly', async (line) => {
    const { status, stderr } = await shell(`flowkiwi ${line}`, { CROWD: crowd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('stderr that nobody reads does no harm', async () => {
    const { status, stdout } = await shell('{ flowkiwi org create Quiet --no-use 2>&3 | cut -f2; } 3> >(true)');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Quiet\n' });
  });

  test('closed streams do no harm either', async () => {
    expect(await shell('flowkiwi org get "$ORG" -q < /dev/null 2>&-', { ORG: org })).toMatchObject({ status: 0, stdout: `${org}\n` });
    expect((await shell('flowkiwi org get "$ORG" -q <&-', { ORG: org })).status).toBe(0);
  });
});

describe.concurrent('the command line', () => {
  test('global options stand before and after the command', async () => {
    const places = [
      ['-q', 'instance', 'get', 'acme-eu', '--org', org],
      ['--org', org, 'instance', '-q', 'get', 'acme-eu'],
      ['instance', 'get', '--org', org, 'acme-eu', '-q'],
      [`--org=${org}`, '--timeout', '10s', 'instance', 'get', 'acme-eu', '--quiet', '--no-input', '--color', 'never', '--yes'],
    ];
    const answers = await Promise.all(places.map((args) => flowkiwi(args, { env })));
    for (const answer of answers) expect(answer).toEqual({ status: 0, stdout: `${acme['id']}\n`, stderr: '' });
  });

  test.each<[args: readonly string[], message: string]>([
    [['--profile', '--json', 'org', 'get'], '--profile needs a value, "--json" is an option'],
    [['org', 'get', '--org', '--json'], '--org needs a value, "--json" is an option'],
    [['org', 'get', '--json', '--fields'], '--fields needs a value'],
    [['org', 'creat', '--json'], "unknown command 'creat'; did you mean flowkiwi org create?"],
    [['instanc', '--json'], "unknown command 'instanc'; did you mean flowkiwi instance?"],
    [['logn', '--json'], "unknown command 'logn'; did you mean flowkiwi login?"],
    [['org', 'get', '--feilds', 'id', '--json'], "unknown option '--feilds'; did you mean --fields?"],
    [['instance', 'create', 'A', '--handel', 'a', '--json'], "unknown option '--handel'; did you mean --handle?"],
    [['org', 'get', 'x', '--fields', 'nme', '--json'], 'unknown field "nme"; did you mean "name"?'],
    [['org', 'get', 'x', '--fields', ',', '--json'], '--fields names no field'],
    [['org', 'get', '--profile', 'sandbx', '--json'], 'there is no profile "sandbx"; did you mean "sandbox"?'],
    [['help', 'enviroment', '--json'], 'there is no topic "enviroment"; did you mean environment?'],
    [['org', 'get', '-o', 'xml'], '-o'],
    [['org', 'get', '--color', 'blue', '--json'], '--color takes auto, always or never, not "blue"'],
    [['org', 'get', '--timeout', '-5', '--json'], '--timeout'],
    [['instance', 'list', '--limit', '0', '--json'], '--limit takes a whole number from 1 to 1000000, not "0"'],
    [['instance', 'list', '--sort', 'size', '--json'], '--sort takes a field'],
    [['org', 'get', '--org', ' ', '--json'], '--org is empty'],
    [['org', '--json'], 'no command is given'],
    [['--json'], 'no command is given'],
    [['org', 'get', '-o', 'yaml', '--json'], 'the result can have one form, not yaml and json'],
    [['org', 'get', '-o', 'table', '-q'], 'the result can have one form, not table and id'],
  ])('%j is refused', async (args, message) => {
    const { status, ...output } = await (args.includes('--fields') ? flowkiwi : inProcess)(args);
    expect(status).toBe(2);
    const error = args.includes('--json') ? jsonError({ status, ...output }) : textError({ status, ...output });
    expect(error['message']).toContain(message);
    expect(error['hint']).toEqual(expect.any(String));
  });

  test('the version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const args of [['--version'], ['-V'], ['--version', '--json']]) {
      expect(await flowkiwi(args)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    }
  });
});
