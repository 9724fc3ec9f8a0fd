// @module-tag linux
// @module-tag root
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { FLOWKIWI } from '../support/flowkiwi.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { serve } from '../support/servers/serve.ts';
import { giveToOrdinaryUser, ORDINARY_UID, ordinaryHome, SOMEBODY } from './users.ts';

const TRIES = 100;

/** Everything under `/_sandbox/` that asks for the secret, and reads or changes something. */
const CONTROLS: readonly (readonly [method: string, path: string, body?: string])[] = [
  ['GET', 'status'],
  ['GET', 'events'],
  ['GET', 'state'],
  ['GET', 'requests'],
  ['GET', 'organizations'],
  ['GET', 'zitadel/instances'],
  ['GET', 'faults'],
  ['GET', 'switches'],
  ['POST', 'faults', '{"rules":["*=500"]}'],
  ['POST', 'switches', '{"switches":["duplicateHandle=409"]}'],
  ['POST', 'tokens', '{"email":"jane@acme.example"}'],
  ['POST', 'machines', '{"name":"Mine"}'],
  ['POST', 'zitadel/members', '{"email":"me@acme.example","roles":["IAM_OWNER"]}'],
  ['POST', 'organizations', '{"name":"Mine"}'],
  ['PATCH', 'organizations/1', '{"name":"Mine"}'],
  ['DELETE', 'organizations/1'],
  ['DELETE', 'instances/1'],
  ['POST', 'zitadel/instances', '{"name":"Mine"}'],
  ['POST', 'zitadel/instances/default/organizations', '{"name":"Mine"}'],
  ['DELETE', 'zitadel/organizations/1'],
  ['POST', 'reset', '{}'],
];

let home: string;
let sandbox: RunningSandbox;
let organization: string;

beforeAll(async () => {
  home = ordinaryHome();
  sandbox = await startSandbox(['--memory'], { home, uid: ORDINARY_UID });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await sandbox.token()}` };
  const made = await fetch(`${sandbox.url}/api/organizations`, { method: 'POST', headers, body: '{"name":"Secret Business"}' });
  ({ id: organization } = JSON.parse(await made.text()));
});

afterAll(async () => void (await sandbox?.stop()));

/** Runs a program as another user of this machine. Resolves to all that it has printed. */
async function asAttacker(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { uid: SOMEBODY, gid: SOMEBODY, cwd: '/', env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env } };
  const { stdout, stderr } = await promisify(execFile)(program, args, options).catch((error) => error);
  return `${stdout}${stderr}`;
}

/** What the owner of the sandbox sees of it. */
async function seenByOwner(): Promise<unknown> {
  const see = async (path: string) =>
    (await fetch(`${sandbox.url}/_sandbox/${path}`, { headers: { authorization: `Bearer ${sandbox.secret}` } })).json();
  const { organizations, instances } = Object(await see('status'));
  return { organizations, instances, faults: await see('faults'), switches: await see('switches') };
}

describe('another user of the machine', () => {
  test('uses every control without the secret: nothing is read or changed', async () => {
    const before = await seenByOwner();
    const script = `
      const [url, controls] = [process.argv[1], JSON.parse(process.argv[2])];
      (async () => {
        for (const [method, path, body] of controls) {
          for (const headers of [{}, { authorization: 'Bearer guessed' }, { origin: url }, { 'x-forwarded-for': '127.0.0.1' }]) {
            const sent = { method, body, headers: { ...headers, ...(body && { 'content-type': 'application/json' }) } };
            const answer = await fetch(url + '/_sandbox/' + path, sent);
            console.log(answer.status, JSON.stringify(await answer.text()));
          }
        }
      })();`;
    const lines = (await asAttacker(process.execPath, ['-e', script, sandbox.url, JSON.stringify(CONTROLS)])).trim().split('\n');
    expect(lines.length).toBe(CONTROLS.length * 4);
    for (const line of lines) expect(line).toMatch(/^401 /);
    expect(lines.join()).not.toContain(organization);
    expect(await seenByOwner()).toEqual(before);
  });

  test('reads the page: it holds nothing of the sandbox', async () => {
    const page = await asAttacker(process.execPath, [
      '-e',
      'fetch(process.argv[1]).then((a) => a.text()).then(console.log)',
      `${sandbox.url}/_sandbox/`,
    ]);
    expect(page).toContain('flowkiwi sandbox open');
    for (const hidden of [organization, 'Secret Business', sandbox.secret]) expect(page).not.toContain(hidden);
  });

  test('looks for the secret in the file, with the command, and in the command lines of the owner', async () => {
    const folder = join(home, '.config', 'flowkiwi');
    const file = join(folder, `sandbox-${new URL(sandbox.url).host.replace(':', '-')}.secret`);
    expect(readFileSync(file, 'utf8').trim()).toBe(sandbox.secret);
    const env = { FLOWKIWI_CONFIG_DIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' };
    const tries = await Promise.all([
      asAttacker('cat', [file]),
      asAttacker(process.execPath, [FLOWKIWI, 'sandbox', 'status', '--port', new URL(sandbox.url).port, '--json'], env),
      asAttacker('sh', ['-c', "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'"]),
    ]);
    for (const output of tries) expect(output).not.toContain(sandbox.secret);
  });

  test(`opens the address of sandbox open ${TRIES} times: it leads nowhere, and is not used up`, async () => {
    const [browser, seen] = [join(home, 'browser'), join(home, 'seen')];
    writeFileSync(browser, `#!/bin/sh\necho "$1" > '${seen}.part' && mv '${seen}.part' '${seen}' && sleep 60\n`, { mode: 0o755 });
    giveToOrdinaryUser(browser);
    const args = ['sandbox', 'open', '--port', new URL(sandbox.url).port];
    const opening = startSignIn(args, { home, uid: ORDINARY_UID, env: { BROWSER: browser } });
    await expect.poll(() => existsSync(seen)).toBe(true);
    const address = readFileSync(seen, 'utf8').trim();
    const script = `(async () => {
      for (let time = 0; time < ${TRIES}; time += 1) {
        const { status, headers } = await fetch(process.argv[1], { redirect: 'manual' });
        console.log(status, headers.get('location'));
      }
    })();`;
    const answers = (await asAttacker(process.execPath, ['-e', script, address])).trim().split('\n');
    expect(answers).toEqual(Array<string>(TRIES).fill('403 null'));
    const led = await fetch(address, { redirect: 'manual' });
    expect([led.status, led.headers.get('location')]).toEqual([303, `${sandbox.url}/_sandbox/#secret=${sandbox.secret}`]);
    expect((await opening.ended).status).toBe(0);
  });

  test('takes the port of a sandbox that has ended: what they are sent opens no later one', async () => {
    const own = ordinaryHome();
    const options = { home: own, uid: ORDINARY_UID };
    const first = await startSandbox(['--memory'], options);
    const { port } = new URL(first.url);
    await first.stop('SIGKILL');
    // The file is still there: nobody could remove it.
    const trap = `require('node:http').createServer((q, s) => {
      if (q.headers.authorization) require('node:fs').appendFileSync(process.argv[2], q.headers.authorization);
      s.end('{"status":"ok"}');
    }).listen(Number(process.argv[1]), '127.0.0.1', () => console.log('ready'))`;
    const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-trap-'));
    const heard = join(folder, 'heard');
    const squatter = spawn(process.execPath, ['-e', trap, port, heard], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void squatter.kill('SIGKILL'));
    await once(squatter.stdout, 'data');
    await startSignIn(['sandbox', 'status', '--port', port], options).ended;
    expect(readFileSync(heard, 'utf8')).toContain(first.secret);
    squatter.kill('SIGKILL');
    await once(squatter, 'close');
    const second = await startSandbox(['--memory', '--port', port], options);
    onTestFinished(async () => void (await second.stop()));
    const answer = await fetch(`${second.url}/_sandbox/status`, { headers: { authorization: readFileSync(heard, 'utf8').slice(0, 50) } });
    expect(answer.status).toBe(401);
  });
});

test(`a page of another origin in the owner's browser tries every control: none is changed or read`, { tags: ['chromium'] }, async () => {
  const before = await seenByOwner();
  const page = await openPage({ javaScriptEnabled: true, mayComplain: true });
  // The page of the sandbox is open in the same browser, and has the secret.
  await page.goto(`${sandbox.url}/_sandbox/#secret=${sandbox.secret}`);
  await page.getByText('Live', { exact: true }).waitFor();
  const { origin } = await serve(() => ({ headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Evil</title><body>' }));
  const evil = await page.context().newPage();
  await evil.goto(origin);
  const read = await evil.evaluate(
    async ([url, controls]) => {
      const outcomes: string[] = [];
      for (const [method, path, body] of controls) {
        const target = `${url}/_sandbox/${path}`;
        const sent = body === undefined ? { method } : { method, body };
        for (const how of [
          {},
          { credentials: 'include' as const },
          { mode: 'no-cors' as const },
          { headers: { 'content-type': 'application/json' } },
          { headers: { authorization: 'Bearer x' } },
        ]) {
          outcomes.push(
            await fetch(target, { ...sent, ...how }).then(
              (answer) => `${answer.type} ${answer.status}`,
              () => 'refused',
            ),
          );
        }
      }
      return outcomes;
    },
    [sandbox.url, CONTROLS] as const,
  );
  expect(new Set(read)).toEqual(new Set(['refused', 'opaque 0']));
  // Neither another window nor a frame tells it the secret.
  const stolen = await evil.evaluate(`(async (url) => {
    const other = window.open(url + '/_sandbox/', 'stolen');
    const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { src: url + '/_sandbox/' }));
    await new Promise((resolve) => frame.addEventListener('load', resolve));
    const peek = (target) => {
      try {
        return String(target?.sessionStorage.length);
      } catch {
        return 'refused';
      }
    };
    return [peek(other), peek(frame.contentWindow)];
  })('${sandbox.url}')`);
  expect(stolen).toEqual(['refused', 'refused']);
  expect(await seenByOwner()).toEqual(before);
});
