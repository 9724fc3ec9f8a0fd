import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { FLOWKIWI, flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { listen } from '../support/servers/listen.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;
let home: string;
/** What a signed-in shell has in its environment, with `flowkiwi` on its PATH. */
let env: Record<string, string>;
let org: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  home = newHome();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(FLOWKIWI, join(bin, 'flowkiwi'));
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
  // A server has 300 milliseconds to answer, which on a busy machine not even this command has.
  env = { ...(await sandbox.environment()), PATH: path, NODE_OPTIONS: patience(300) };
  const done = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await flowkiwi(args, { env, home });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  org = await done('org', 'create', 'Acme Corp', '-q');
  await done('instance', 'create', 'Acme EU', '--handle', 'acme-eu');
  await done('instance', 'create', 'Globex', '--handle', 'globex');
  await done('profile', 'add', 'work', '--url', 'https://identity.flowkiwi.net');
  writeFileSync(join(home, 'manifest.yaml'), '');
});

afterAll(() => sandbox.stop());

/** Asks as a script of zsh does. Nothing may go wrong. */
async function candidates(
  words: readonly string[],
  more: { readonly env?: Record<string, string>; readonly home?: string } = {},
): Promise<string[]> {
  const { status, stdout, stderr } = await flowkiwi(['__complete', 'zsh', '--', ...words], { env, home, ...more });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

/** How each shell is started without the files of its user, and sources the script twice. */
const SHELLS = [
  ['bash', 'bash --norc --noprofile', 'source <(flowkiwi completion bash)'],
  ['zsh', 'zsh -f', 'source <(flowkiwi completion zsh)'],
  ['fish', 'fish --no-config', 'flowkiwi completion fish | source'],
] as const;

for (const [shell, command, source] of SHELLS) {
  describe(`in ${shell}`, { tags: [shell] }, () => {
    /** A shell at work: `PS1` is `$ `, the script is sourced. */
    async function openShell(): Promise<Terminal> {
      const terminal = openTerminal([], { script: `cd "$HOME"; ${command}`, env: { ...env, TERM: 'xterm' }, home, columns: 160, rows: 50 });
      const ready = `${source}; ${source}; echo re''ady`;
      terminal.type(ready);
      terminal.press('Enter');
      const screen = await terminal.shows(/^ready$/m);
      // What is sourced says nothing.
      expect(screen.split('\n').filter((line) => /error|readonly|not found|unknown/i.test(line))).toEqual([]);
      return terminal;
    }

    test('Tab completes commands, options, values, names and files', { tags: ['tmux'], timeout: 60_000 }, async () => {
      const terminal = await openShell();
      const lines: readonly (readonly [typed: string, completed: string])[] = [
        ['flowkiwi insta', 'flowkiwi instance '],
        ['flowkiwi instance tran', 'flowkiwi instance transfer '],
        ['flowkiwi whoa', 'flowkiwi whoami '],
        ['flowkiwi org get --profi', 'flowkiwi org get --profile '],
        ['flowkiwi instance list --output j', 'flowkiwi instance list --output json '],
        ['flowkiwi instance list --output=j', 'flowkiwi instance list --output=json '],
        ['flowkiwi completion fi', 'flowkiwi completion fish '],
        ['flowkiwi help exit', 'flowkiwi help exit-codes '],
        ['flowkiwi help instance trans', 'flowkiwi help instance transfer '],
        ['flowkiwi --profile wo', 'flowkiwi --profile work '],
        ['flowkiwi org get ', `flowkiwi org get ${org}`],
        ['flowkiwi instance get ac', 'flowkiwi instance get acme-eu '],
        ['flowkiwi sandbox start --data mani', 'flowkiwi sandbox start --data manifest.yaml '],
        ['flowkiwi sandbox start --data=mani', 'flowkiwi sandbox start --data=manifest.yaml '],
      ];
      for (const [typed, completed] of lines) {
        terminal.type(typed);
        terminal.press('Tab');
        await terminal.shows(completed.trimEnd());
        terminal.press('C-u');
      }
    });

    test('Tab lists what there is to choose from, and what it is', { tags: ['tmux'] }, async () => {
      const terminal = await openShell();
      terminal.type('flowkiwi instance get ');
      terminal.press('Tab', 'Tab');
      await terminal.shows(/globex.*Globex/);
      await terminal.shows(/acme-eu.*Acme EU/);
    });

    test('the script is well-formed', () => {
      const file = join(home, `script.${shell}`);
      writeFileSync(file, spawnSync(process.execPath, [FLOWKIWI, 'completion', shell]).stdout);
      expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  });
}

describe.concurrent('what is known', () => {
  test('profiles with their servers', async () => {
    expect(await candidates(['--profile', ''])).toEqual([
      'default\thttps://identity.flowkiwi.net',
      'sandbox\thttp://127.0.0.1:8787',
      'sandbox-zitadel\thttp://127.0.0.1:8787',
      'work\thttps://identity.flowkiwi.net',
    ]);
    expect(await candidates(['profile', 'use', 'w'])).toEqual(['work\thttps://identity.flowkiwi.net']);
  });

  test('organizations with their names, of the profile that the line names', async () => {
    expect(await candidates(['org', 'get', ''])).toEqual([`${org}\tAcme Corp`]);
    expect(await candidates(['instance', 'list', '--org', org.slice(0, 4)])).toEqual([`${org}\tAcme Corp`]);
    expect(await candidates(['--profile', 'work', 'org', 'get', ''])).toEqual([]);
  });

  test('handles with the names of their instances', async () => {
    expect((await candidates(['instance', 'get', ''])).toSorted()).toEqual(['acme-eu\tAcme EU', 'globex\tGlobex']);
    expect(await candidates(['instance', 'get', 'gl'])).toEqual(['globex\tGlobex']);
    expect(await candidates(['instance', 'get', 'gl', ''])).not.toContain('globex\tGlobex');
    // Another organization than the current one, by its name.
    const other = newHome();
    expect(await candidates(['--org', org, 'instance', 'get', 'gl'], { home: other })).toEqual(['globex\tGlobex']);
    expect(await candidates(['instance', 'get', 'gl'], { home: other, env: { ...env, FLOWKIWI_ORG: org } })).toEqual(['globex\tGlobex']);
  });

  test('what reorders a name reaches no terminal', async () => {
    const other = newHome();
    const id = (await flowkiwi(['org', 'create', 'Red \u202e', '-q'], { env, home: other })).stdout.trim();
    const [line = ''] = await candidates(['org', 'get', id.slice(0, 8)], { home: other });
    expect(line).toContain(id);
    expect(line).not.toContain('\u202e');
  });
});

describe.concurrent('nothing that goes wrong is seen', () => {
  test.each<[what: string, words: readonly string[], env: Record<string, string>]>([
    ['an unknown profile', ['--profile', 'nothing', 'org', 'get', ''], {}],
    ['an unusable URL', ['instance', 'get', ''], { FLOWKIWI_URL: 'nowhere' }],
    ['a server that is not there', ['instance', 'get', ''], { FLOWKIWI_URL: 'http://127.0.0.1:1' }],
    ['a token that is refused', ['instance', 'get', ''], { FLOWKIWI_TOKEN: 'refused' }],
    ['a token that is none', ['instance', 'get', ''], { FLOWKIWI_TOKEN: 'two words' }],
    ['debugging', ['instance', 'get', 'zzz'], { FLOWKIWI_DEBUG: '1' }],
    ['words that mean nothing', ['no', 'such', '--thing=', '--', ''], {}],
  ])('%s', async (_, words, more) => {
    expect(await candidates(words, { env: { ...env, ...more } })).toEqual([]);
  });

  test('files that are damaged', async () => {
    const damaged = newHome();
    const directory = join(damaged, '.config', 'flowkiwi');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of ['config.json', 'credentials.json']) writeFileSync(join(directory, name), '{', { mode: 0o600 });
    for (const words of [
      ['--profile', ''],
      ['org', 'get', ''],
      ['instance', 'get', ''],
    ]) {
      expect(await candidates(words, { home: damaged, env: { PATH: env['PATH'] ?? '' } })).toEqual([]);
    }
    expect(readFileSync(join(directory, 'config.json'), 'utf8')).toBe('{');
  });

  test('a server that does not answer is not waited for, and a session that has ended is not renewed', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }) => {
      asked.push(url);
    });
    const { origin: url } = await listen(server);
    try {
      const start = performance.now();
      const hurried = { ...env, NODE_OPTIONS: '', FLOWKIWI_URL: url, FLOWKIWI_ORG: org };
      expect(await candidates(['instance', 'get', ''], { env: hurried })).toEqual([]);
      // Other commands wait for 30 seconds, and then ask again.
      expect(performance.now() - start).toBeLessThan(20_000);

      const ended = newHome();
      const directory = join(ended, '.config', 'flowkiwi');
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const tokens = { access_token: secret('ended-access-token'), refresh_token: secret('unused-refresh-token') };
      const credential = {
        method: 'browser',
        url,
        issuer: url,
        client_id: 'flowkiwi-cli',
        ...tokens,
        expires_at: '2020-01-01T00:00:00.000Z',
      };
      const file = join(directory, 'credentials.json');
      writeFileSync(file, JSON.stringify({ version: 1, credentials: { default: credential } }), { mode: 0o600 });
      const before = readFileSync(file, 'utf8');
      const signedIn = { PATH: env['PATH'] ?? '', FLOWKIWI_URL: url, FLOWKIWI_ORG: org };
      expect(await candidates(['instance', 'get', ''], { home: ended, env: signedIn })).toEqual([]);
      // Of its sign-in server nothing is asked. The others may come too late to be heard.
      expect(asked.filter((path) => !path?.startsWith('/api/'))).toEqual([]);
      expect(readFileSync(file, 'utf8')).toBe(before);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

test('what answers without a look-up loads nothing that commands need', () => {
  const chunks = join(dirname(FLOWKIWI), '..', 'dist', 'chunks');
  const [name = '', ...others] = readdirSync(chunks).filter((file) => file.startsWith('answer-'));
  expect(others).toEqual([]);
  expect(readFileSync(join(chunks, name), 'utf8')).not.toContain('require(');
});

describe.concurrent('flowkiwi completion install', () => {
  const install = async (args: readonly string[], more: { readonly home?: string; readonly env?: Record<string, string> } = {}) => {
    const run = await flowkiwi(['completion', 'install', '--json', ...args], more);
    return run.status === 0 ? JSON.parse(run.stdout) : jsonError(run);
  };

  test('adds lines to the start-up file that zsh reads, once, and keeps what is there', async () => {
    const home = newHome();
    const env = { ZDOTDIR: join(home, "it's"), XDG_DATA_HOME: join(home, 'data') };
    const [path, startFile] = [join(home, 'data', 'flowkiwi', 'completion.zsh'), join(home, "it's", '.zshrc')];
    mkdirSync(join(home, "it's"));
    writeFileSync(startFile, Buffer.from([0xe9]));
    const installed = { shell: 'zsh', path, start_file: startFile };
    expect(await install(['--shell', 'zsh'], { home, env })).toEqual({ ...installed, changed: true });
    const text = readFileSync(startFile, 'latin1');
    expect(text).toMatch(/^é\n# flowkiwi[^\n]*\n\[ -r '[^\n]+' \] && \. '[^\n]+'\n$/);
    expect(await install(['--shell', 'zsh'], { home, env })).toEqual({ ...installed, changed: false });
    expect(readFileSync(startFile, 'latin1')).toBe(text);
    expect(readFileSync(path, 'utf8')).toContain('#compdef flowkiwi');
  });

  test('leaves the start-up file of bash alone where bash-completion looks for the script', async () => {
    const home = newHome();
    const loader = join(home, 'bash_completion');
    for (const [line, startFile] of [
      [`[ -f ${loader} ] && . ${loader}`, null],
      ['[ -f /nowhere/bash_completion ] && . /nowhere/bash_completion', join(home, '.bashrc')],
      [`# . ${loader}`, join(home, '.bashrc')],
    ]) {
      writeFileSync(loader, '');
      writeFileSync(join(home, '.bashrc'), `${line}\n`);
      expect(await install(['--shell', 'bash'], { home })).toMatchObject({ start_file: startFile });
    }
  });

  test('replaces no script of somebody else, and no start-up file that is none', async () => {
    const home = newHome();
    const script = join(home, '.config', 'fish', 'completions', 'flowkiwi.fish');
    mkdirSync(dirname(script), { recursive: true });
    writeFileSync(script, 'echo mine');
    expect(await install(['--shell', 'fish'], { home })).toMatchObject({ code: 'conflict', message: `${script} is another file already` });
    expect(readFileSync(script, 'utf8')).toBe('echo mine');
    mkdirSync(join(home, '.bashrc'));
    expect(await install(['--shell', 'bash'], { home })).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('is not a file'),
    });
    expect(await install([], { home, env: { SHELL: '/bin/tcsh' } })).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--shell'),
    });
    expect(await install(['--shell', 'powershell'], { home })).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('completion powershell'),
    });
  });
});

describe.concurrent('flowkiwi completion', () => {
  test('is data as well', async () => {
    const { status, stdout, stderr } = await flowkiwi(['completion', 'fish', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ shell: 'fish', script: (await flowkiwi(['completion', 'fish'])).stdout });
  });

  test('knows its shells', async () => {
    expect(jsonError(await flowkiwi(['completion', 'bahs', '--json']))['message']).toBe(
      'there is no completion for "bahs"; did you mean bash?',
    );
    expect(jsonError(await flowkiwi(['completion', '--json']))).toMatchObject({ code: 'usage', message: 'SHELL is missing' });
  });

  // There is no PowerShell for Debian: what can be checked without it.
  test('the script for PowerShell closes what it opens', async () => {
    const { stdout } = await flowkiwi(['completion', 'powershell']);
    const code = stdout.replaceAll(/#.*$/gm, '').replaceAll(/'[^']*'|"[^"]*"/g, "''");
    const open: string[] = [];
    for (const [bracket] of code.matchAll(/[(){}[\]]/g)) {
      if ('({['.includes(bracket)) open.push(bracket);
      else expect(`${open.pop()}${bracket}`).toMatch(/^(\(\)|\{\}|\[\])$/);
    }
    expect(open).toEqual([]);
    expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName flowkiwi');
    expect(stdout).toContain('flowkiwi __complete powershell -- $words');
  });
});
