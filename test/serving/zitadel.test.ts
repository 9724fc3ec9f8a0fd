import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { textError } from '../support/failure.ts';
import { collect, FLOWKIWI, flowkiwi, newHome, secret, start } from '../support/flowkiwi.ts';
import { startSandbox } from '../support/servers/sandbox.ts';

const MACHINE = ['--machine', 'Setup', '--machine-user-name', 'setup'];
const KEY_FILE = join('.config', 'flowkiwi', 'sandbox-system-user.pem');

/** Waits for the key of the system user, which a sandbox leaves in its user's folder. */
async function systemUserKey(home: string): Promise<string> {
  const path = join(home, KEY_FILE);
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 30_000, interval: 20 });
  return readFileSync(path, 'utf8');
}

describe.concurrent('the built-in profile sandbox-zitadel', () => {
  test('creates an instance, whose machine signs in with its key; sandboxes of one user share one key', async ({ onTestFinished }) => {
    const home = newHome();
    const sandbox = await startSandbox(['--memory'], { home });
    onTestFinished(() => void sandbox.stop());
    const key = await systemUserKey(home);
    expect(key).toContain('PRIVATE KEY');
    for (const line of key.split('\n')) if (line.length === 64) secret(line);
    expect((statSync(join(home, KEY_FILE)).mode & 0o777).toString(8)).toBe('600');

    const env = { FLOWKIWI_URL: sandbox.url };
    const run = (...args: readonly string[]) => flowkiwi(['--profile', 'sandbox-zitadel', ...args], { home, env });
    const keyOut = join(home, 'acme.json');
    const created = await run('instance', 'create', 'Acme EU', ...MACHINE, '--key-out', keyOut, '--domain', 'eu.acme.example', '--json');
    expect(created).toMatchObject({ status: 0, stderr: '' });

    const there = ['profile', 'add', 'eu', '--provider', 'zitadel', '--url', sandbox.url, '--instance-host', 'eu.acme.example', '--use'];
    expect((await flowkiwi(there, { home })).status).toBe(0);
    const signedIn = await flowkiwi(['login', '--key-file', keyOut], { home });
    const { userId } = JSON.parse(readFileSync(keyOut, 'utf8'));
    expect(signedIn).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`Signed in to ${sandbox.url} as service account ${userId}`),
    });
    expect((await flowkiwi(['org', 'create', 'Inside', '-q'], { home })).stdout).toMatch(/^\d+\n$/);
    // Of this instance, and of no other.
    const { stdout: token } = await flowkiwi(['auth', 'token'], { home });
    const elsewhere = () =>
      flowkiwi(['--profile', 'sandbox-zitadel', 'org', 'list'], { home, env: { ...env, FLOWKIWI_TOKEN: secret(token.trim()) } });
    expect((await elsewhere()).status).toBe(4);
    // A person who has lost an instance is not somebody new in the default one.
    await sandbox.control('reset', {});
    expect((await elsewhere()).status).toBe(4);

    const second = await startSandbox(['--memory'], { home });
    onTestFinished(() => void second.stop());
    const list = () => flowkiwi(['--profile', 'sandbox-zitadel', 'instance', 'list'], { home, env: { FLOWKIWI_URL: second.url } });
    await vi.waitFor(async () => expect(await list()).toMatchObject({ status: 0, stderr: '' }), { timeout: 30_000, interval: 20 });
    expect(await systemUserKey(home)).toBe(key);
  });

  test('has its key again when what is there is none', async ({ onTestFinished }) => {
    const home = newHome();
    const first = await startSandbox(['--memory'], { home });
    await systemUserKey(home);
    await first.stop();
    writeFileSync(join(home, KEY_FILE), 'no key');
    const second = await startSandbox(['--memory'], { home });
    onTestFinished(() => void second.stop());
    await vi.waitFor(async () => expect(await systemUserKey(home)).toContain('PRIVATE KEY'), { timeout: 30_000, interval: 20 });
  });

  test('the sandbox runs where no key can be kept, and says so', async () => {
    const child = start(['sandbox', 'start', '--memory', '--port', '0'], { env: { FLOWKIWI_CONFIG_DIR: '/dev/null/x' } });
    const stdout = collect(child.stdout);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
      if (/warning: .*\n/.test(stderr)) child.kill();
    });
    await once(child, 'close');
    expect(await stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(stderr).toContain(
      'warning: the profile sandbox-zitadel has no key for instances: cannot write /dev/null/x/sandbox-system-user.pem: a part of the path is not a directory',
    );
  });
});

describe.concurrent('sandbox exec --provider zitadel', () => {
  const env = { PATH: process.env['PATH'], HOME: newHome(), NODE: process.execPath, FLOWKIWI };
  async function exec(script: string) {
    const words = ['sandbox', 'exec', '--provider', 'zitadel', '--lag', '50', '--', 'sh', '-euc', script];
    const child = spawn(process.execPath, [FLOWKIWI, ...words], { env });
    const [stdout, stderr, [status]] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
    return { status, stdout, stderr };
  }

  test('signs the command in, for organizations and for instances', async () => {
    const { status, stdout, stderr } = await exec(
      `ORG=$("$NODE" "$FLOWKIWI" org create Acme -q)
       "$NODE" "$FLOWKIWI" org get "$ORG" --fields name
       "$NODE" "$FLOWKIWI" instance create "Acme EU" ${MACHINE.join(' ')} --pat-out "$FLOWKIWI_CONFIG_DIR/pat" --fields name 2> /dev/null
       echo "$FLOWKIWI_PROVIDER $FLOWKIWI_PROFILE"`,
    );
    expect({ status, stdout, stderr: stderr.replace(/^(?:Created|next:).*\n/gm, '') }).toEqual({
      status: 0,
      stdout: 'Acme\nAcme EU\nzitadel sandbox-zitadel\n',
      stderr: '',
    });
  });

  test('knows no third dialect', async () => {
    const run = await flowkiwi(['sandbox', 'exec', '--provider', 'okta', '--', 'true']);
    expect({ status: run.status, message: textError(run).message }).toEqual({
      status: 2,
      message: '--provider takes flowkiwi or zitadel, not "okta"',
    });
  });
});
