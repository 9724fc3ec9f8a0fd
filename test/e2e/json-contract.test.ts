import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandTree } from '../../src/commands/help/command-tree.ts';
import type { ProviderName } from '../../src/context/provider-defaults.ts';
import { EXIT_STATUS } from '../../src/errors.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { BEHAVIOURS, BUILT_ONLY, CALLS, type CommandRun, failing, LASTING, type Place, succeeding } from '../support/every-command.ts';
import { jsonError } from '../support/failure.ts';
import { collect, flowkiwi, newHome, type Run, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { onPseudoTerminal, type TerminalRun } from '../support/pseudo-terminal.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { startSteadyServer } from '../support/servers/steady-server.ts';

let server: ScriptedServer;
let sandbox: RunningSandbox;

beforeAll(async () => {
  [server, sandbox] = await Promise.all([
    startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } }),
    startSandbox(['--memory', '--auto-approve']),
  ]);
});

afterAll(async () => {
  server?.close();
  await sandbox?.stop();
});

const place = (): Place => ({ url: server.url, sandbox: sandbox.url, secret: sandbox.secret });

/** Runs it in pipes. */
function inPipes({ args, options }: CommandRun): Promise<Run> {
  return flowkiwi(args, options);
}

/** One for each way of printing: these are run on a real terminal, and fail in a process of their own. The others print in the same ways. */
const OF_EACH_WAY = [
  'auth status',
  'auth token',
  'org create',
  'org list',
  'org delete',
  'instance get',
  'tree',
  'api',
  'onboard',
  'doctor',
  'help',
];

/** Runs it with everything on a terminal, but for what the command is to read from a pipe. */
async function onTerminal(call: string, run: CommandRun, output = ''): Promise<TerminalRun> {
  const {
    args,
    options: { stdin, ...options },
  } = run;
  if (![...OF_EACH_WAY, ...BUILT_ONLY].includes(call)) {
    const { status, stdout, stderr } = await inProcess(args, { ...run.options, isTerminal: true });
    return { status, output: stdout + stderr, apart: '' };
  }
  const input = stdin === undefined ? '' : `printf %s '${stdin}' | `;
  return onPseudoTerminal(args, { ...options, script: `${input}"$@" ${output}` });
}

test('every command is looked at', () => {
  expect([...Object.keys(BEHAVIOURS), ...LASTING].sort()).toEqual([...CALLS].sort());
});

const JSON_FLAG = ['--json'];

/** What is found is shown also when it is bad. */
const REPORTS: Readonly<Record<string, object>> = {
  'auth status': { profile: 'default', signed_in: false },
  doctor: expect.arrayContaining([{ check: 'sign_in', ok: false, message: expect.any(String), cure: expect.any(String) }]),
};

const { groups, commands } = await commandTree(GROUPS, COMMANDS);
const OUTPUTS = new Map([
  ...groups.flatMap(({ name, commands: members }) => members.map(({ name: verb, output }) => [`${name} ${verb}`, output] as const)),
  ...commands.map(({ name, output }) => [name, output] as const),
]);
const ajv = new Ajv2020({ allErrors: true });

/** What of a result is not as `help --json` declares it: members that are missing, too many, or of another type. */
function undeclared(call: string, provider: ProviderName = 'flowkiwi', value: unknown): readonly unknown[] {
  const output = OUTPUTS.get(call)?.[provider];
  if (!output) return [`${call} declares no output`];
  if (output.form === 'other') return [];
  const required = output.fields.filter(({ optional }) => !optional).map(({ name }) => name);
  const properties = Object.fromEntries(output.fields.map(({ name, optional: _, ...schema }) => [name, schema]));
  const object = { type: 'object', required, properties, additionalProperties: false };
  const check = ajv.compile(output.form === 'list' ? { type: 'array', items: object } : object);
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message, params }) => ({ instancePath, message, params }));
}

const TABLE = Object.entries(BEHAVIOURS);

describe.concurrent('with --json', () => {
  test.each(TABLE)('%s succeeds: all of stdout is one JSON value in a line; stderr is empty', async (call, behaviour) => {
    const { status, stdout, stderr } = await inPipes(succeeding(call, behaviour, place(), JSON_FLAG));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(typeof JSON.parse(stdout)).toBe('object');
    expect(undeclared(call, behaviour.provider, JSON.parse(stdout))).toEqual([]);
  });

  test.each(TABLE)('%s succeeds on a terminal: the same, indented and in colours', { tags: ['script'] }, async (call, behaviour) => {
    const { status, output } = await onTerminal(call, succeeding(call, behaviour, place(), JSON_FLAG));
    expect(status).toBe(0);
    const plain = stripVTControlCharacters(output);
    // Whatever else had been written, on either stream, would not parse.
    expect(plain).toBe(`${JSON.stringify(JSON.parse(plain), undefined, 2)}\n`);
  });

  test.each(TABLE)('%s fails: stderr is one line of JSON, stdout is empty', async (call, behaviour) => {
    const { args, options } = failing(call, behaviour, place(), JSON_FLAG);
    const run = await (OF_EACH_WAY.includes(call) ? flowkiwi : inProcess)(args, options);
    const stdout = call in REPORTS ? JSON.parse(run.stdout) : undefined;
    if (stdout !== undefined) expect(stdout).toMatchObject(REPORTS[call] ?? {});
    const { code, hint } = jsonError(stdout === undefined ? run : { ...run, stdout: '' });
    expect({ code, hint, status: run.status }).toEqual({
      code: behaviour.failure.code,
      hint: expect.any(String),
      status: EXIT_STATUS[behaviour.failure.code],
    });
  });

  test.each(TABLE)('%s fails on a terminal: the same, not indented', { tags: ['script'] }, async (call, behaviour) => {
    const { status, output, apart } = await onTerminal(
      call,
      failing(call, behaviour, place(), JSON_FLAG),
      call in REPORTS ? '> "$APART"' : '',
    );
    const run = { status, stdout: '', stderr: output };
    expect({ code: jsonError(run)['code'], status }).toEqual({
      code: behaviour.failure.code,
      status: EXIT_STATUS[behaviour.failure.code],
    });
    if (call in REPORTS) expect(JSON.parse(apart)).toMatchObject(REPORTS[call] ?? {});
  });

  test.each([...CALLS, 'login', 'logout', 'whoami', 'no-such-command', ''])('"%s" with an option that there is not', async (call) => {
    const args = [...call.split(' ').filter((word) => word !== ''), '--no-such-option', '--json'];
    const run = await inProcess(args);
    expect({ code: jsonError(run)['code'], status: run.status }).toEqual({ code: 'usage', status: 2 });
  });
});

describe.concurrent('a sign-in with --json', () => {
  const asPerson = (home: string) => ({ home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: '/bin/true' } });

  test.each([['--browser'], ['--no-browser'], ['--device']])(
    '%s says on stderr where to go, and nothing else; stdout is JSON',
    async (flow) => {
      const home = newHome();
      const child = start(['login', flow, '--json', '--timeout', '20s'], asPerson(home));
      child.stdin?.end();
      const [stdout, ended] = [collect(child.stdout), once(child, 'close')];
      let stderr = '';
      child.stderr?.on('data', (chunk) => {
        stderr += String(chunk);
        const [, url] = /^ {2}(http\S+)$|^Open (\S+) in any browser/m.exec(stderr)?.filter((part) => part !== undefined) ?? [];
        if (url !== undefined) void visit(url);
      });
      const [status] = await ended;
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^(To sign in|Open|Your browser opens)[\s\S]+\n$/) });
      for (const line of stderr.split('\n')) expect(line).not.toMatch(/^\s*[[{"]/);
      expect(JSON.parse(await stdout)).toMatchObject({ signed_in: true, user: { email: 'jane@acme.example' } });
    },
  );

  /** A browser of a person who approves of everything, once. */
  const visited = new Set<string>();
  async function visit(url: string): Promise<void> {
    if (visited.has(url)) return;
    visited.add(url);
    let cookies = '';
    for (let next: string | undefined = url; next !== undefined; ) {
      const response: Response = await fetch(next, { redirect: 'manual', headers: { cookie: cookies } });
      cookies = [cookies, ...response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])].filter(Boolean).join('; ');
      const location = response.headers.get('location');
      next = location === null ? undefined : new URL(location, next).href;
    }
  }
});

describe('commands that last', () => {
  test.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('sandbox start: its URL as JSON at once; at the end by %s the error as one line', async (signal, status, code) => {
    const child = start(['sandbox', 'start', '--port', '0', '--memory', '--json']);
    const [stderr, ended] = [collect(child.stderr), once(child, 'close')];
    const [said] = await once(child.stdout ?? child, 'data');
    expect(JSON.parse(String(said))).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    child.kill(signal);
    expect((await ended)[0]).toBe(status);
    expect(jsonError({ status, stdout: '', stderr: await stderr })['code']).toBe(code);
  });

  test('sandbox start that cannot listen', async () => {
    const run = await flowkiwi(['sandbox', 'start', '--memory', '--port', new URL(server.url).port, '--json']);
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 5, code: 'conflict' });
  });

  test('sandbox exec adds nothing to what the program prints', { tags: ['script'] }, async () => {
    expect(await flowkiwi(['sandbox', 'exec', '--json', '--', 'echo', '{}'])).toEqual({ status: 0, stdout: '{}\n', stderr: '' });
    const terminal = await onPseudoTerminal(['sandbox', 'exec', '--json', '--', 'echo', '{}']);
    expect(terminal).toMatchObject({ status: 0, output: '{}\n' });
    expect(jsonError(await flowkiwi(['sandbox', 'exec', '--json', '--', 'flowkiwi-no-such-program']))['code']).toBe('usage');
  });
});
