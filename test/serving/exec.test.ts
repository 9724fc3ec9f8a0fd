import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assertNoSecrets, collect, FLOWKIWI, newHome, type RunOptions, secret, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { openTerminal } from '../support/terminal.ts';

const NODE = process.execPath;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `sandbox exec`, whose status is that of any program. */
async function exec(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = start(['sandbox', 'exec', ...args], options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  // A program that ends without reading its input is fine.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin);
  const [status] = await once(child, 'close');
  const ended = { status, stdout: await stdout, stderr: await stderr };
  assertNoSecrets(ended.stderr, 'stderr');
  return ended;
}

/** A program of one line of JavaScript. */
const script = (code: string) => ['--', NODE, '-e', code];

/** What the program is given, as JSON. */
const PRINT_ENVIRONMENT = script('console.log(JSON.stringify(process.env))');

async function environment(env: Record<string, string>): Promise<Record<string, string>> {
  const { stdout } = await exec(PRINT_ENVIRONMENT, { env });
  const parsed: Record<string, string> = JSON.parse(stdout);
  secret(parsed['FLOWKIWI_TOKEN'] ?? '');
  return parsed;
}

test('it is a first run, in CI as well: what the profile does not know is not there', async () => {
  const skip = (name: string) => `run(process.execPath, [${JSON.stringify(FLOWKIWI)}, 'org', 'create', '${name}',
    '--if-exists', 'skip', '-q', '--json', '--fields', 'name,created'], { stdio: 'inherit' })`;
  const code = `const { spawnSync: run } = require('node:child_process'); ${['A', 'A', 'B'].map(skip).join(';')}`;
  const { stdout, stderr } = await exec(script(code), { env: { CI: 'true' } });
  expect({ stdout, stderr }).toEqual({ stdout: 'A\tyes\nA\tno\nB\tyes\n', stderr: '' });
});

describe('the environment', () => {
  test('signs the command in to the sandbox and to nothing else', async () => {
    const own = {
      FLOWKIWI_TOKEN: secret('token-of-the-caller'),
      FLOWKIWI_CLIENT_SECRET: secret('client-secret-of-the-caller'),
      FLOWKIWI_SANDBOX_SECRET: secret('sandbox-secret-of-the-caller'),
      FLOWKIWI_ID_TOKEN: secret('id-token-of-the-caller'),
      FLOWKIWI_URL: 'https://api.example',
      FLOWKIWI_ORG: 'Acme Corp',
      FLOWKIWI_ISSUER: 'https://sign-in.example',
      FLOWKIWI_CLIENT_ID: 'another',
      FLOWKIWI_PROVIDER: 'zitadel',
      FLOWKIWI_CONFIG_DIR: '/nowhere',
      FLOWKIWI_NO_INPUT: '1',
      OTHER: 'kept',
    };
    const given = await environment(own);
    const ours = Object.fromEntries(Object.entries(given).filter(([name]) => name.startsWith('FLOWKIWI_')));
    expect(ours).toEqual({
      FLOWKIWI_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      FLOWKIWI_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
      FLOWKIWI_PROVIDER: 'flowkiwi',
      FLOWKIWI_PROFILE: 'sandbox',
      FLOWKIWI_SANDBOX_SECRET: expect.stringMatching(/^[\w-]{43}$/),
      FLOWKIWI_CONFIG_DIR: expect.any(String),
      FLOWKIWI_NO_INPUT: '1',
    });
    expect(given['FLOWKIWI_CONFIG_DIR']).not.toBe('/nowhere');
    expect(given['OTHER']).toBe('kept');
    expect(JSON.stringify(given)).not.toContain('of-the-caller');
  });

  test('excepts this machine from a proxy, if there is one', async () => {
    expect((await environment({}))['NO_PROXY']).toBeUndefined();
    const given = await environment({ http_proxy: 'http://proxy.example', NO_PROXY: 'intranet.example' });
    expect([given['NO_PROXY'], given['no_proxy']]).toEqual(['intranet.example,127.0.0.1', 'intranet.example,127.0.0.1']);
  });

  test('has a configuration folder of its own, private, without profiles or tokens, and gone at the end', async () => {
    const home = newHome();
    const code = `const { FLOWKIWI_CONFIG_DIR: folder } = process.env, fs = require('fs');
      console.log(JSON.stringify([folder, fs.statSync(folder).mode & 0o777, fs.readdirSync(folder)]));
      fs.mkdirSync(folder + '/left'); fs.writeFileSync(folder + '/left/behind', '');`;
    const { stdout } = await exec(script(code), { home });
    const [folder, mode, files]: [string, number, string[]] = JSON.parse(stdout);
    expect([mode, files]).toEqual([0o700, ['organizations.jsonl']]);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('the exit status', () => {
  test.each([
    ['process.exit(0)', 0],
    ['process.exit(42)', 42],
    ['process.exit(255)', 255],
    ['process.kill(process.pid, "SIGKILL")', 137],
    ['process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)', 143],
  ])('%s ends with %d', async (code, status) => {
    const ended = await exec(script(code));
    expect([ended.status, ended.stdout]).toEqual([status, '']);
  });
});

describe('a command line that cannot be run', () => {
  const folder = newHome();
  writeFileSync(join(folder, 'no-program'), 'text');
  chmodSync(join(folder, 'no-program'), 0o644);
  mkdirSync(join(folder, 'folder'));

  test.each<[args: readonly string[], message: string]>([
    [[], 'exec needs -- and a command after it'],
    [['true'], 'exec needs -- and a command after it'],
    [['--'], 'no command is given after --'],
    [['true', '--', 'true'], '"true" stands before --'],
    [['--fault', 'POST', '--', 'true'], '"POST" is not a fault rule'],
    [['--switch', 'x=y', '--', 'true'], '"x=y" is not a switch'],
    [['--rate', '0', '--', 'true'], '--rate takes a whole number from 1'],
    [['--latency', '--', 'true'], '--latency takes a whole number from 0'],
    [['--machine', 'token', '--', 'true'], '--machine takes secret, key or oidc'],
    [['--machine', 'oidc', '--provider', 'zitadel', '--', 'true'], '--machine oidc is not for --provider zitadel'],
    [['--unknown', '--', 'true'], "unknown option '--unknown'"],
  ])('%j', (args, message) => refused(args, 2, message));

  test.each<[word: string, status: number, message: string]>([
    ['flowkiwi-no-such-program', 127, 'there is no program "flowkiwi-no-such-program"'],
    ['', 127, 'the program "" cannot be run'],
    [join(folder, 'no-program'), 126, 'cannot be run (EACCES)'],
    [join(folder, 'folder'), 126, 'cannot be run (EACCES)'],
    [join(folder, 'no-program', 'x'), 126, 'cannot be run (ENOTDIR)'],
  ])('-- %j has the status that shells have for it: %d', (word, status, message) => refused(['--', word], status, message));

  async function refused(args: readonly string[], exit: number, message: string): Promise<void> {
    const { status, stdout, stderr } = await inProcess(['sandbox', 'exec', '--json', ...args]);
    expect([status, stdout]).toEqual([exit, '']);
    const { error }: { error: { code: string; message: string; hint: string } } = JSON.parse(stderr);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message), hint: expect.any(String) });
  }
});

describe('everything after -- is the command’s', () => {
  test('options, whatever they look like, and another --', async () => {
    const words = ['--json', '-q', '--help', '--version', '-o', 'x', '--', '--fault', '', 'ä b', '$HOME'];
    const { status, stdout } = await exec([...script('console.log(JSON.stringify(process.argv.slice(1)))'), '--', ...words]);
    expect([status, JSON.parse(stdout)]).toEqual([0, words]);
  });

  test('standard input and output, at any length', async () => {
    const stdin = 'kiwi\n'.repeat(400_000);
    const { status, stdout } = await exec(['--', 'cat'], { stdin });
    expect([status, stdout.length, stdout === stdin]).toEqual([0, stdin.length, true]);
  });

  test('standard error, to which nothing is added', async () => {
    expect(await exec(script('console.error("mine")'))).toEqual({ status: 0, stdout: '', stderr: 'mine\n' });
  });
});

describe('signals', () => {
  const WAIT = 'setInterval(() => {}, 1000); console.log("ready");';

  async function started(code: string) {
    const child = start(['sandbox', 'exec', ...script(code + WAIT)]);
    const stdout = { text: '' };
    child.stdout?.on('data', (chunk) => {
      stdout.text += String(chunk);
      child.emit('said');
    });
    const says = async (what: string) => {
      while (!stdout.text.includes(what)) await once(child, 'said');
    };
    await says('ready');
    return { child, says, ended: once(child, 'close').then(([status]) => [status, stdout.text]) };
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends the command, and exec with %d', async (signal, status) => {
    const { child, ended } = await started('');
    child.kill(signal);
    expect(await ended).toEqual([status, 'ready\n']);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s is the command’s to answer, again and again', async (signal) => {
    const { child, says, ended } = await started(`let heard = 0;
      process.on("${signal}", () => { heard += 1; console.log("heard " + heard); if (heard === 3) process.exit(5); });`);
    for (const count of [1, 2, 3]) {
      child.kill(signal);
      await says(`heard ${count}`);
    }
    expect(await ended).toEqual([5, 'ready\nheard 1\nheard 2\nheard 3\n']);
  });

  test('Ctrl-C at a terminal reaches the command once', { tags: ['tmux'] }, async () => {
    const code = `let heard = 0; process.on('SIGINT', () => { heard += 1; setTimeout(() => { console.log('heard ' + heard); process.exit(3); }, 300); });`;
    const terminal = openTerminal(['sandbox', 'exec', ...script(code + WAIT)]);
    await terminal.shows('ready');
    terminal.press('C-c');
    const { status, screen } = await terminal.ended();
    expect([status, screen]).toEqual([3, expect.stringContaining('heard 1')]);
  });
});

describe('what it is for', () => {
  const ONBOARD = `set -e
    ORG=$("$NODE" "$FLOWKIWI" org create "Acme Corp" -q)
    "$NODE" "$FLOWKIWI" instance create "Acme EU" --org "$ORG" --handle acme-eu --fields handle 2> /dev/null`;
  const env = { NODE, FLOWKIWI };

  test('a script onboards, two at once, each in a sandbox of its own', async () => {
    const runs = await Promise.all(Array.from({ length: 2 }, () => exec(['--', 'sh', '-c', ONBOARD], { env })));
    expect(runs.map(({ status, stdout }) => [status, stdout])).toEqual(Array.from({ length: 2 }, () => [0, 'acme-eu\n']));
  });

  test('a script rehearses the sign-in of its job', async () => {
    const code = 'console.log(Object.keys(process.env).filter((name) => /^(FLOWKIWI_(T|C|K|OI)|ACTIONS_)/.test(name)).sort().join())';
    const { stdout } = await exec(['--machine', 'oidc', ...script(code)]);
    expect(stdout).toBe('ACTIONS_ID_TOKEN_REQUEST_TOKEN,ACTIONS_ID_TOKEN_REQUEST_URL,FLOWKIWI_CONFIG_DIR,FLOWKIWI_OIDC\n');
  });

  test('a script sees the faults that it asks for', async () => {
    const code = `(async () => {
      const { FLOWKIWI_URL: url, FLOWKIWI_TOKEN: token } = process.env;
      const create = () => fetch(url + '/api/organizations', {
        method: 'POST', body: '{}', headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' } });
      const statuses = [];
      for (let i = 0; i < 4; i += 1) statuses.push((await create()).status);
      console.log(statuses.join(' '));
    })()`;
    const faults = ['--fault', 'POST /api/organizations=503x2', '--fault', '/api/*=418x1'];
    expect(await exec([...faults, ...script(code)])).toEqual({ status: 0, stdout: '503 503 418 422\n', stderr: '' });
  });
});
