// @module-tag faketime
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { homeWith, newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { curlBrowser } from '../support/signed-in.ts';

let sandbox: RunningSandbox;
let host: string;
/** Where the sandbox leaves the key of its system user. */
const sandboxHome = newHome();

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve'], { home: sandboxHome });
  ({ host } = new URL(sandbox.url));
});

afterAll(() => sandbox?.stop());

/** Runs the built command with a clock that is so far from that of the sandbox. */
function withClock(
  shift: string,
  args: readonly string[],
  options: { readonly home: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Run> {
  const env = { FLOWKIWI_URL: sandbox.url, ...options.env };
  return flowkiwi(args, { ...options, env, under: ['faketime', '-f', shift] });
}

/** A browser with the right clock: with a wrong one it would keep no cookie. */
function browserInTime(home: string): string {
  const script = join(home, 'browser-in-time');
  writeFileSync(script, `#!/bin/sh\nexec env -u LD_PRELOAD '${curlBrowser(home)}' "$1"\n`, { mode: 0o755 });
  return script;
}

/** A shift, and how the clock is named. */
const SHIFTS: readonly (readonly [shift: string, named: RegExp])[] = [
  ['+45s', /4\d s ahead of/],
  ['-301s', /5 min behind/],
  ['+3h', /3 h ahead of/],
  ['-3h', /3 h behind/],
];

describe.each(SHIFTS)('a clock at %s', (shift, named) => {
  const warning = () => new RegExp(`warning: this computer's clock is ${named.source} ${host}: set it; `);

  test('the key of a service account signs in, stored and in the environment', async () => {
    const { keyFile } = await newMachine(sandbox);
    const home = homeWith({ 'key.json': keyFile });
    const path = join(home, 'key.json');
    const login = await withClock(shift, ['login', '--key-file', path], { home });
    expect([login.status, login.stderr]).toEqual([0, expect.stringMatching(warning())]);
    const inEnvironment = await withClock(shift, ['org', 'create', 'Acme', '--no-use', '-q'], { home, env: { FLOWKIWI_KEY_FILE: path } });
    expect([inEnvironment.status, inEnvironment.stdout]).toEqual([0, expect.stringMatching(/^\S+\n$/)]);
  });

  test('the token of a CI is not taken for one that has expired', async () => {
    const { job } = await newMachine(sandbox);
    const { status, stderr } = await withClock(shift, ['login', '--oidc', '--client-id', 'flowkiwi-cli'], { home: newHome(), env: job });
    expect([status, stderr]).toEqual([0, expect.stringContaining('Signed in to')]);
  });

  test('the system user of ZITADEL is known', async () => {
    const key = join(sandboxHome, '.config', 'flowkiwi', 'sandbox-system-user.pem');
    await vi.waitFor(() => expect(existsSync(key)).toBe(true), { timeout: 30_000, interval: 20 });
    const { status, stderr } = await withClock(shift, ['--profile', 'sandbox-zitadel', 'instance', 'list'], { home: sandboxHome });
    expect([status, stderr]).toEqual([0, expect.stringMatching(warning())]);
  });

  test('a person signs in, or learns of the clock', { tags: ['curl'] }, async () => {
    const home = newHome();
    const { status, stderr } = await withClock(shift, ['login', '--browser', '--timeout', '40s'], {
      home,
      env: { BROWSER: browserInTime(home) },
    });
    if (shift !== '+3h') return expect([status, stderr]).toEqual([0, expect.stringContaining('Signed in to')]);
    expect([status, stderr]).toEqual([
      4,
      expect.stringMatching(/error: this computer's clock is 3 h ahead of .*\n.*set the clock, then sign in again: flowkiwi login/),
    ]);
  });
});
