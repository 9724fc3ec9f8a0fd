import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIG_KILLS } from '../attack/storm-size.ts';
import { homeThatKnows } from '../support/every-command.ts';
import { jsonError } from '../support/failure.ts';
import { collect, flowkiwi, newHome, type Run, start } from '../support/flowkiwi.ts';
import { knownIn } from '../support/known-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type Fate, type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';
import { instanceId, ORGANIZATION_ID, startSteadyServer } from '../support/servers/steady-server.ts';
import { openTerminal, until } from '../support/terminal.ts';

const SIGNALS = [
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
] as const;

let server: ScriptedServer;
let sandbox: RunningSandbox;

beforeAll(async () => {
  [server, sandbox] = await Promise.all([
    startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } }),
    startSandbox(),
  ]);
});

afterAll(async () => {
  server?.close();
  await sandbox?.stop();
});

const steady = (url = server.url) => ({
  env: { FLOWKIWI_URL: url, FLOWKIWI_TOKEN: 'steady-token' },
  home: homeThatKnows(url, [
    { id: ORGANIZATION_ID, name: 'Acme Corp' },
    { id: 'another', name: 'Another' },
  ]),
});

/** The end of a process, as a shell would report it. */
async function ending(child: ChildProcess): Promise<Run> {
  child.stdin?.end();
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [status, signal] = await once(child, 'close');
  const bySignal = signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : signal === 'SIGKILL' ? 137 : null;
  return { status: status ?? bySignal, stdout: await stdout, stderr: await stderr };
}

const after = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe.concurrent('from the start to the end of a command', () => {
  // At some of these moments Node itself is still starting, at others all is done already.
  const MOMENTS = Array.from({ length: 12 }, (_, index) => index * 10);
  test.each(SIGNALS)('%s at any moment ends it with %d, or it is done', async (signal, status, code) => {
    const statuses = new Set<number | null>();
    for (const moment of MOMENTS) {
      const child = start(['org', 'get', '--json'], steady());
      const end = ending(child);
      await after(moment);
      child.kill(signal);
      const run = await end;
      statuses.add(run.status);
      if (run.status === 0) expect(JSON.parse(run.stdout)).toMatchObject({ name: 'Acme Corp' });
      // Before the command has begun the system ends it, without a word.
      else if (run.stderr !== '') expect(jsonError(run)['code']).toBe(code);
      else expect(run.stdout).toBe('');
    }
    expect([...statuses].filter((other) => other !== 0)).toEqual([status]);
  });
});

describe.concurrent('between the pages of a list', () => {
  /** One page, and a second one that never comes. */
  function halfAList(): Promise<ScriptedServer> {
    const member = Array.from({ length: 3 }, (_, index) => ({
      id: instanceId(index),
      name: 'Acme EU',
      handle: 'acme-eu',
      organization_id: ORGANIZATION_ID,
    }));
    const path = `/api/organizations/${ORGANIZATION_ID}/instances`;
    return startScriptedServer(({ query }): Fate | Promise<Fate> =>
      query.has('page')
        ? new Promise<never>(() => undefined)
        : { status: 200, json: { totalItems: 6, member, view: { next: `${path}?page=2` } } },
    );
  }

  async function interrupted(args: readonly string[], signal: NodeJS.Signals): Promise<Run> {
    const half = await halfAList();
    const child = start(['instance', 'list', ...args], steady(half.url));
    const end = ending(child);
    if (!args.includes('--json')) await once(child.stdout ?? child, 'data');
    await until(
      () => half.log.length === 2,
      () => 'no second page was asked for',
    );
    child.kill(signal);
    // The second page is never answered: it ends because of the signal, or not at all.
    const run = await end;
    half.close();
    return run;
  }

  test.each(SIGNALS)('%s: exit %d at once, whole rows, and one line that says so', async (signal, status) => {
    const run = await interrupted(['-q'], signal);
    expect(run).toEqual({
      status,
      stdout: [0, 1, 2].map((index) => `${instanceId(index)}\n`).join(''),
      stderr: expect.stringMatching(/^error: (interrupted|terminated)\n$/),
    });
  });

  test.each(SIGNALS)('%s: nothing of a JSON array', async (signal, status, code) => {
    const run = await interrupted(['--json'], signal);
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status, code });
  });
});

describe('at a question', { tags: ['tmux'] }, () => {
  const QUESTIONS: readonly (readonly [string, readonly string[], shows: string])[] = [
    ['a text', ['org', 'create'], '? Name of the organization:'],
    ['yes or no', ['instance', 'transfer', 'acme-eu', '--to', 'another'], '? Transfer instance Acme EU'],
    ['a secret', ['login', '--with-token'], '? Paste the token'],
  ];
  test.each(QUESTIONS.flatMap(([what, args, shows]) => SIGNALS.map(([signal, status]) => [what, signal, status, args, shows] as const)))(
    'for %s: %s ends it with %d, and the terminal is as it was',
    async (_, signal, status, args, shows) => {
      const asked = server.log.filter((line) => line.startsWith('POST')).length;
      const terminal = openTerminal(args, steady());
      await terminal.shows(shows);
      terminal.signal(signal);
      // Checks the settings of the terminal and its cursor.
      expect((await terminal.ended()).status).toBe(status);
      expect(server.log.filter((line) => line.startsWith('POST')).length).toBe(asked);
      expect(existsSync(join(terminal.home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
    },
  );
});

describe.concurrent('during a sign-in', () => {
  function isOpen(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }

  test.each(SIGNALS.flatMap((signal) => (['--no-browser', '--device'] as const).map((flow) => [flow, ...signal] as const)))(
    '%s: %s ends it with %d at once, nothing is stored and nothing listens',
    async (flow, signal, status, code) => {
      const home = newHome();
      const child = start(['login', flow, '--json'], { home, env: { FLOWKIWI_URL: sandbox.url } });
      child.stdin?.end();
      const [stdout, closed] = [collect(child.stdout), once(child, 'close')];
      let stderr = '';
      child.stderr?.on('data', (chunk) => {
        stderr += String(chunk);
      });
      await until(
        () => /http\S+(redirect_uri=\S+\n|[\s\S]*enter the code)/.test(stderr),
        () => `nothing was said but: ${stderr}`,
      );
      const [, port] = /redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A(\d+)/.exec(stderr) ?? [];
      if (flow === '--no-browser') expect(await isOpen(Number(port))).toBe(true);
      child.kill(signal);
      expect((await closed)[0]).toBe(status);
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      expect(jsonError({ status, stdout: await stdout, stderr: `${last}\n` })['code']).toBe(code);
      if (flow === '--no-browser') expect(await isOpen(Number(port))).toBe(false);
      expect(existsSync(join(home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
    },
  );
});

describe.concurrent('sandbox exec', () => {
  test.each(SIGNALS)('%s leaves neither the program nor the sandbox nor a folder', async (signal, status) => {
    const code =
      'console.log(JSON.stringify([process.pid, process.env.FLOWKIWI_URL, process.env.FLOWKIWI_CONFIG_DIR])); setInterval(() => {}, 1000);';
    const child = start(['sandbox', 'exec', '--', process.execPath, '-e', code]);
    const [said] = await once(child.stdout ?? child, 'data');
    const [pid, url, folder]: [number, string, string] = JSON.parse(String(said));
    expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
    const end = ending(child);
    child.kill(signal);
    expect((await end).status).toBe(status);
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
    await expect(fetch(url)).rejects.toThrow();
  });

  function isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }
});

describe('while config.json is written', () => {
  const LANES = 4;
  const ENDS = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;

  const COMMANDS = [
    ['org', 'use', ORGANIZATION_ID],
    ['profile', 'use', 'staging'],
    ['org', 'use', 'another'],
    ['profile', 'use', 'default'],
  ];

  test(`${CONFIG_KILLS} kills at random moments: it is always whole, private, and can be written again`, async () => {
    const endings = await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
    expect(endings.flat().filter((status) => status !== 0).length).toBeGreaterThan(CONFIG_KILLS / 4);
  });

  /** A share of the kills, in a home folder of its own. Resolves to how each command ended. */
  async function lane(index: number): Promise<readonly (number | null)[]> {
    const { env, home } = steady();
    const directory = join(home, '.config', 'flowkiwi');
    const statuses: (number | null)[] = [];
    // About what a command takes from start to end as busy as the machine is just now, so that the kills are spread over all of it.
    let wholeMs = 200;
    while (statuses.length < CONFIG_KILLS / LANES) {
      const turn = statuses.length + index;
      const startedAt = performance.now();
      const child = start(['--profile', 'default', ...(COMMANDS[turn % COMMANDS.length] ?? [])], { env, home });
      const end = ending(child);
      await after(Math.random() * wholeMs);
      child.kill(ENDS[turn % ENDS.length]);
      const { status, stderr } = await end;
      expect([0, 130, 137, 143], stderr).toContain(status);
      statuses.push(status);
      wholeMs = status === 0 ? performance.now() - startedAt : wholeMs * 1.1;
      expectWhole(directory);
    }
    expect(await flowkiwi(['org', 'use', 'another', '-q'], { env, home })).toEqual({ status: 0, stdout: 'another\n', stderr: '' });
    expect(await flowkiwi(['profile', 'use', 'staging', '-q'], { env, home })).toEqual({ status: 0, stdout: 'staging\n', stderr: '' });
    expectWhole(directory);
    return statuses;
  }

  function expectWhole(directory: string): void {
    expect(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8'))).toMatchObject({ version: 1 });
    expect(knownIn(directory, `${server.url}/`).known).toHaveLength(2);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0]);
    }
  }
});
