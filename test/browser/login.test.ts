// @module-tag chromium
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPage, openPage } from '../support/browser.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.stop();
});

/** A browser has one second to come for its last page. */
const PATIENCE = patience(1_000);
const URL_LINE = /^ {2}(http\S+)$/m;

/** `login` that prints its URL, with the address that the browser is to come back to. */
async function startLogin(...args: readonly string[]) {
  const home = newHome();
  const login = startSignIn(['login', '--no-browser', ...args], { home, env: { FLOWKIWI_URL: sandbox.url, NODE_OPTIONS: PATIENCE } });
  const url = new URL(await login.says(URL_LINE));
  return { home, login, url, redirectUri: new URL(url.searchParams.get('redirect_uri') ?? '') };
}

async function assertClosed(redirectUri: URL): Promise<void> {
  await expect(fetch(redirectUri)).rejects.toThrow();
}

function credentialsPath(home: string): string {
  return join(home, '.config', 'flowkiwi', 'credentials.json');
}

/** The tokens in the store, which from now on nothing may print. */
function keepSecret(home: string): void {
  for (const [, token = ''] of readFileSync(credentialsPath(home), 'utf8').matchAll(/"(?:access_token|refresh_token)": ?"([^"]+)"/g))
    secret(token);
}

describe('login in the browser', () => {
  test('signs in: the page says so, without the code in its address', async () => {
    const { home, login, url, redirectUri } = await startLogin();
    const page = await openPage();
    await page.goto(url.href);
    await checkPage(page, 'sign-in');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Allow flowkiwi CLI?' }).waitFor();
    await checkPage(page, 'consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    expect(page.url()).toContain(new URL('/done/', redirectUri).href);
    await checkPage(page, 'callback-done');

    const { status, stdout } = await login.ended;
    keepSecret(home);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect((await login.ended).stderr).toContain(`Signed in to ${sandbox.url} as jane@acme.example (profile default)`);
    await assertClosed(redirectUri);
    const made = await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { home, env: { FLOWKIWI_URL: sandbox.url } });
    expect(made.status).toBe(0);
  });

  test('opens the browser of BROWSER on an address that leads to the sign-in once', async () => {
    const home = newHome();
    const opener = join(home, 'opener');
    writeFileSync(opener, '#!/bin/sh\nprintf %s "$1" > "$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened"\n');
    chmodSync(opener, 0o755);
    const login = startSignIn(['login', '--browser'], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: opener } });
    const url = await login.says(URL_LINE);
    expect(url).toMatch(`${sandbox.url}/`);
    const opened = join(home, 'opened');
    await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22}$/);
    const start = readFileSync(opened, 'utf8');
    const page = await openPage();
    await page.goto(start);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    const again = await openPage();
    expect((await again.goto(start))?.status()).toBe(410);
    await checkPage(again, 'callback-used');
    expect(await again.locator('h1').textContent()).toBe('This address was already used');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    expect((await login.ended).status).toBe(0);
    keepSecret(home);
  });

  test.each(['sign-in', 'consent'])('is refused on the %s page: exit 4, and the page says refused', async (refusedAt) => {
    const { home, login, url, redirectUri } = await startLogin('--json');
    const page = await openPage();
    await page.goto(url.href);
    if (refusedAt === 'consent') await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: refusedAt === 'consent' ? 'Refuse' : 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Sign-in was refused' }).waitFor();
    expect(page.url()).toContain(new URL('/done/', redirectUri).href);
    await checkPage(page, 'callback-refused');
    const { status, stdout, stderr } = await login.ended;
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: {
        code: 'auth',
        message: expect.stringMatching(/^sign-in was refused in the browser/),
        hint: expect.stringContaining('flowkiwi login'),
      },
    });
    expect(existsSync(credentialsPath(home))).toBe(false);
    await assertClosed(redirectUri);
  });

  test('nobody comes, or the browser is closed half way: exit 6', async () => {
    const { home, login, url, redirectUri } = await startLogin('--timeout', '5s');
    const page = await openPage();
    await page.goto(url.href);
    await page.close();
    const { status, stderr } = await login.ended;
    expect(status).toBe(6);
    expect(stderr).toContain('nobody finished signing in within 5 s');
    expect(stderr).toContain('--device');
    expect(existsSync(credentialsPath(home))).toBe(false);
    await assertClosed(redirectUri);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: exit %d, nothing stored, the port closed', async (signal, expected) => {
    const { home, login, url, redirectUri } = await startLogin();
    const page = await openPage();
    await page.goto(url.href);
    login.process.kill(signal);
    expect(await login.ended).toMatchObject({ status: expected, stdout: '' });
    expect(existsSync(credentialsPath(home))).toBe(false);
    await assertClosed(redirectUri);
  });

  test('requests that are not the answer do not end it, and get a page that says so', async () => {
    const { login, url, redirectUri } = await startLogin();
    const { origin } = redirectUri;
    const page = await openPage();
    for (const stray of ['/', '/callback', '/callback?code=C&state=wrong', '/callback?error=access_denied', '/done', '/favicon.ico']) {
      const answer = await page.goto(`${origin}${stray}`);
      expect([400, 404]).toContain(answer?.status());
      expect(await page.locator('h1').textContent()).toBe('This request was not used');
    }
    await checkPage(page, 'callback-stray');
    expect((await fetch(redirectUri, { method: 'POST', body: 'code=C' })).status).toBe(405);
    expect(await statusForHost(redirectUri, 'attacker.example')).toBe(400);
    expect(login.process.exitCode).toBeNull();
    await page.goto(url.href);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
    expect(await login.ended).toMatchObject({ status: 0 });
  });

  test('a code that the server does not take: the page and the terminal say that it failed', async () => {
    const { login, url, redirectUri } = await startLogin();
    const page = await openPage();
    const forged = new URLSearchParams({ code: 'nonsense', state: url.searchParams.get('state') ?? '', iss: sandbox.url });
    await page.goto(`${redirectUri.href}?${forged}`);
    expect(await page.locator('h1').textContent()).toBe('Sign-in failed');
    await checkPage(page, 'callback-failed');
    expect(await login.ended).toMatchObject({ status: 4 });
    await assertClosed(redirectUri);
  });
});

/** A request as a page that has rebound its name would send it. */
function statusForHost({ hostname, port, pathname }: URL, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path: pathname, headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}
