// @module-tag linux
// @module-tag root
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { findProgram } from '../support/programs.mjs';
import { startHostileAuthorizationServer } from '../support/servers/hostile-authorization-server.ts';
import { serve } from '../support/servers/serve.ts';
import { visit } from '../support/user-agent.ts';
import { type PendingLogin, startLogin } from './pending-login.ts';
import { giveToOrdinaryUser, ORDINARY_UID, ordinaryHome, SOMEBODY } from './users.ts';

const TRIES = 100;
const REFUSED = /a request to the sign-in was refused, because no process of yours is behind it; .*: flowkiwi login --device/g;

/** Runs a program as another user of this machine than the one who signs in. Resolves to its output. */
async function asAttacker(program: string, args: readonly string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'flowkiwi-attacker-'));
  chownSync(home, SOMEBODY, SOMEBODY);
  const child = spawn(program, args, {
    uid: SOMEBODY,
    gid: SOMEBODY,
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  await once(child, 'close');
  return output;
}

/** A script of Node.js that brings the target so often, each time in a connection of its own, which it ends as `end` says. */
const BRING = (end: string) => `
  const { connect } = require('node:net');
  const [port, target, times] = process.argv.slice(1);
  const request = 'GET ' + target + ' HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\n\\r\\n';
  (async () => {
    for (let time = 0; time < times; time += 1) {
      await new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => { socket.write(request); ${end} });
        socket.on('error', () => undefined).on('close', resolve).resume();
      });
    }
  })();
`;

/** The command lines of a user, which all users of the machine can read. */
function commandLinesOf(uid: number | undefined): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, owner] = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        return Number(owner) === uid ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}

describe('another user of the machine', () => {
  let issuer: string;
  let stop: () => void;
  beforeAll(async () => {
    ({ origin: issuer } = await startHostileAuthorizationServer({}, (close) => {
      stop = close;
    }));
    return () => stop();
  });

  const victim = () => startLogin(issuer, onTestFinished, { home: ordinaryHome(), uid: ORDINARY_UID });

  /** The victim still waits, then signs in, and has been told once. */
  async function assertNobodyGotIn({ login, stored, answer, redirectUri }: PendingLogin): Promise<void> {
    expect([login.process.exitCode, stored()]).toEqual([null, undefined]);
    const page = await visit(new URL(answer({ code: 'own' }), redirectUri).href);
    expect(page.text).toContain('You are signed in');
    const { status, stderr } = await login.ended;
    expect([status, stderr.match(REFUSED)?.length]).toEqual([0, 1]);
  }

  // They know even the state, which nothing tells them.
  test.each<[trick: string, end: string]>([
    ['waits for the answer', ''],
    ['closes at once', 'socket.destroy();'],
    ['ends its side at once', 'socket.end();'],
    ['resets at once', 'socket.resetAndDestroy();'],
  ])(`brings a code of their own ${TRIES} times, and %s: 0 get in`, async (_trick, end) => {
    const pending = await victim();
    await asAttacker(process.execPath, ['-e', BRING(end), String(pending.port), pending.answer({ code: 'attack' }), String(TRIES)]);
    await assertNobodyGotIn(pending);
  });

  test('gets in where the system does not tell: in WSL the browser is no process of this user', async () => {
    const { login, ...pending } = await startLogin(issuer, onTestFinished, {
      ...{ home: ordinaryHome(), uid: ORDINARY_UID },
      // The raw request does not come for its last page, which is not waited for longer than usual.
      env: { WSL_DISTRO_NAME: 'Debian', NODE_OPTIONS: '' },
    });
    await asAttacker(process.execPath, ['-e', BRING(''), String(pending.port), pending.answer({ code: 'windows' }), '1']);
    expect((await login.ended).status).toBe(0);
  });

  test('brings it with curl', { tags: ['curl'] }, async () => {
    const pending = await victim();
    const target = `${new URL(pending.answer({ code: 'attack' }), pending.redirectUri)}`;
    const statuses = await asAttacker('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}\n', `${target}&n=[1-${TRIES}]`]);
    expect(statuses.trim().split('\n')).toEqual(Array<string>(TRIES).fill('403'));
    await assertNobodyGotIn(pending);
  });

  describe('reads the command line of the browser', () => {
    /** A browser that is starting: what it is opened on is in its command line. */
    async function withStartingBrowser(): Promise<PendingLogin & { readonly start: string }> {
      const home = ordinaryHome();
      const [browser, seen] = [join(home, 'browser'), join(home, 'seen')];
      writeFileSync(browser, `#!/bin/sh\necho "$1" > '${seen}.part' && mv '${seen}.part' '${seen}' && sleep 60\n`, { mode: 0o755 });
      giveToOrdinaryUser(browser);
      const pending = await startLogin(issuer, onTestFinished, { how: '--browser', env: { BROWSER: browser }, home, uid: ORDINARY_UID });
      await expect.poll(() => existsSync(seen)).toBe(true);
      return { ...pending, start: readFileSync(seen, 'utf8').trim() };
    }

    test('which says nothing of the sign-in', async () => {
      const { authorization, start } = await withStartingBrowser();
      const lines = commandLinesOf(ORDINARY_UID).join('\n');
      expect(lines).toContain(start);
      for (const name of ['state', 'nonce', 'code_challenge']) expect(lines).not.toContain(authorization.searchParams.get(name));
    });

    /** It still leads its owner to the sign-in. */
    async function assertNotUsedUp(pending: PendingLogin & { readonly start: string }): Promise<void> {
      const started = await fetch(pending.start, { redirect: 'manual' });
      expect([started.status, started.headers.get('location')]).toEqual([303, pending.authorization.href]);
      await assertNobodyGotIn(pending);
    }

    test(`and opens it with curl ${TRIES} times: it leads nowhere, and is not used up`, { tags: ['curl'] }, async () => {
      const pending = await withStartingBrowser();
      await asAttacker('curl', ['-s', '-L', '-o', '/dev/null', `${pending.start}?[1-${TRIES}]`]);
      await assertNotUsedUp(pending);
    });

    test('and opens it in a browser of their own: it leads nowhere, and is not used up', { tags: ['chromium'] }, async () => {
      const pending = await withStartingBrowser();
      const options = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-crash-reporter'];
      const page = await asAttacker(findProgram('chromium') ?? '', [...options, '--dump-dom', pending.start]);
      expect(page).toContain('no process of the user who signs in');
      await assertNotUsedUp(pending);
    });

    test(`and lets a page in the victim's browser open it ${TRIES} times: it leads nowhere`, { tags: ['chromium'] }, async () => {
      const pending = await withStartingBrowser();
      const answers = [pending.start, new URL('/callback?code=attack&state=guessed', pending.redirectUri).href];
      const trick = (url: string, n: number) => {
        const address = JSON.stringify(`${url}${url.includes('?') ? '&' : '?'}${n}`);
        return [
          `new Image().src = ${address}`,
          `fetch(${address}, { mode: 'no-cors' }).catch(() => {})`,
          `document.body.append(Object.assign(document.createElement('iframe'), { src: ${address} }))`,
          `document.body.append(Object.assign(document.createElement('form'), { action: ${address}, target: 'frame' })); document.forms[document.forms.length - 1].submit()`,
        ][n % 4];
      };
      const tricks = Array.from({ length: TRIES }, (_, n) => answers.map((url) => trick(url, n)).join(';\n'));
      const { origin } = await serve(() => ({
        headers: { 'content-type': 'text/html' },
        body: `<!doctype html><body><iframe name="frame"></iframe><script>${tricks.join(';\n')}</script>`,
      }));
      const page = await openPage({ javaScriptEnabled: true, mayComplain: true });
      const answered: number[] = [];
      page.on('response', (response) => {
        if (response.url().startsWith(pending.redirectUri.origin)) answered.push(response.status());
      });
      await page.goto(origin, { waitUntil: 'networkidle' });
      expect(new Set(answered)).toEqual(new Set([400, 403]));
      // Their owner's own visit still leads to the sign-in.
      await Promise.all([page.waitForRequest(pending.authorization.href), page.goto(pending.start).catch(() => undefined)]);
      expect([pending.login.process.exitCode, pending.stored()]).toEqual([null, undefined]);
    });
  });
});
