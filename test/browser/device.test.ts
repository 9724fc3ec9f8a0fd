import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { checkPage, openPage } from '../support/browser.ts';
import { newHome, secret } from '../support/flowkiwi.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { passThrough } from '../support/servers/pass-through.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { until } from '../support/terminal.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.stop();
});

const CODE = /^ {2}([A-Z]{4}-[A-Z]{4})$/m;

function credentials(home: string): string {
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Yes, continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
}

// Each waits for its turn to poll; together they wait at the same time.
describe.concurrent('login with a code', () => {
  test('the code is entered on the page, after a mistake', { tags: ['chromium'] }, async ({ expect, onTestFinished }) => {
    const home = newHome();
    const login = startSignIn(['login', '--device'], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: '/bin/true' } }, onTestFinished);
    const address = await login.says(/enter the code at ([^\s)]+)\)/);
    const code = await login.says(CODE);
    const page = await openPage({ whenFinished: onTestFinished });
    await page.goto(address);
    await checkPage(page, 'device-code');
    await page.getByLabel('Code').fill('BCDF-GHJK');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('There is no such code');
    await checkPage(page, 'device-code-wrong');
    await page.getByLabel('Code').fill(code.toLowerCase().replace('-', ''));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Is this your code?' }).waitFor();
    expect(await page.locator('output').textContent()).toBe(code);
    await checkPage(page, 'device-confirm');
    await approve(page);
    await checkPage(page, 'device-connected');
    const { status, stdout, stderr } = await login.ended;
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('as jane@acme.example');
    expect(credentials(home)).toContain('"method": "device"');
  });

  test('slow_down makes it wait longer, and it still gets there', { tags: ['chromium'] }, async ({ expect, onTestFinished }) => {
    const polls: { readonly at: number; readonly error: unknown }[] = [];
    // The first poll of the command follows upon another one, so the sandbox tells it to slow down.
    const between = await passThrough(sandbox.url, {
      before: async (path, form) => {
        if (path === '/oauth/token' && polls.length === 0) await fetch(`${sandbox.url}${path}`, { method: 'POST', body: form });
      },
      answer: (path, status, fields) => {
        if (path === '/oauth/device_authorization') {
          secret(String(fields['device_code']));
          return { ...fields, interval: 1 };
        }
        if (path === '/oauth/token') polls.push({ at: Date.now(), error: fields['error'] });
        // Its issuer is the sandbox, which is not who answers here.
        return status === 200 && path === '/oauth/token' ? { ...fields, id_token: undefined } : fields;
      },
    });
    onTestFinished(between.close);
    const login = startSignIn(
      ['login', '--device', '--debug'],
      { env: { FLOWKIWI_URL: between.url, BROWSER: '/bin/true' } },
      onTestFinished,
    );
    const page = await openPage({ whenFinished: onTestFinished });
    await page.goto(await login.says(/Open (\S+\?user_code=\S+)/));
    // Approved any earlier, the code would be redeemed by the poll that is not the command's.
    await until(
      () => polls.length > 0,
      () => 'the command has not polled',
    );
    await approve(page);
    expect((await login.ended).status).toBe(0);
    // Where the person takes longer than the command waits, it asks once more, and may be too early again.
    const errors = polls.map(({ error }) => error);
    expect([errors[0], errors.at(-1)]).toEqual(['slow_down', undefined]);
    for (const error of errors.slice(1, -1)) expect(['slow_down', 'authorization_pending']).toContain(error);
    for (const [index, { at }] of polls.slice(1).entries()) expect(at - (polls[index]?.at ?? 0)).toBeGreaterThanOrEqual(5_990);
  });

  test('refused on the page: exit 4, nothing stored', { tags: ['chromium'] }, async ({ expect, onTestFinished }) => {
    const home = newHome();
    // Over SSH it needs no flag, and no terminal either.
    const env = { FLOWKIWI_URL: sandbox.url, BROWSER: '/bin/true', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };
    const login = startSignIn(['login', '--json'], { home, env }, onTestFinished);
    const page = await openPage({ whenFinished: onTestFinished });
    await page.goto(await login.says(/Open (\S+\?user_code=\S+)/));
    await page.getByRole('button', { name: 'No, refuse' }).click();
    await page.getByRole('heading', { name: 'Nothing was allowed' }).waitFor();
    await checkPage(page, 'device-refused');
    const { status, stdout, stderr } = await login.ended;
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'auth', message: expect.stringMatching(/^sign-in was refused/) },
    });
    expect(credentials(home)).toBe('');
  });

  test('a code that nobody enters expires: exit 4, with the way to a new one', async ({ expect, onTestFinished }) => {
    const between = await passThrough(sandbox.url, {
      answer: (path, _status, fields) => (path === '/oauth/device_authorization' ? { ...fields, interval: 1, expires_in: 2 } : fields),
    });
    onTestFinished(between.close);
    const home = newHome();
    const login = startSignIn(['login', '--device'], { home, env: { FLOWKIWI_URL: between.url, BROWSER: '/bin/true' } }, onTestFinished);
    const { status, stderr } = await login.ended;
    expect(status).toBe(4);
    expect(stderr).toMatch(/error: the code has expired before anybody entered it\nhint: .*flowkiwi login --device\n$/);
    expect(credentials(home)).toBe('');
  });

  test('SIGINT while it waits: exit 130, nothing stored', async ({ expect, onTestFinished }) => {
    const home = newHome();
    const login = startSignIn(['login', '--device'], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: '/bin/true' } }, onTestFinished);
    await login.says(CODE);
    login.process.kill('SIGINT');
    expect((await login.ended).status).toBe(130);
    expect(credentials(home)).toBe('');
  });
});
