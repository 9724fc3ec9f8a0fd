import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type Said, startScriptedServer } from '../support/servers/scripted-server.ts';
import { idToken } from '../support/servers/serve.ts';
import { curlBrowser, signIn } from '../support/signed-in.ts';
import { openTerminal } from '../support/terminal.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});

afterAll(() => sandbox?.stop());

test('somebody else who signs in is told in whose place, and does not work in the organization of the other', async () => {
  const home = newHome();
  const options = { home, env: { FLOWKIWI_URL: sandbox.url } };
  const [one, two] = [await newMachine(sandbox), await newMachine(sandbox)];
  const signIn = async ({ keyFile }: { readonly keyFile: string }) => {
    const path = join(home, 'key.json');
    writeFileSync(path, keyFile, { mode: 0o600 });
    return flowkiwi(['login', '--key-file', path], options);
  };
  await signIn(one);
  await flowkiwi(['org', 'create', 'One Corp'], options);
  const again = await signIn(one);
  expect([again.status, again.stderr]).toEqual([0, expect.not.stringContaining('in place of')]);
  expect((await flowkiwi(['org', 'get'], options)).status).toBe(0);

  const other = await signIn(two);
  expect([other.status, other.stderr]).toEqual([0, expect.stringContaining(`in place of service account ${one.clientId}`)]);
  const refused = await flowkiwi(['org', 'get'], options);
  expect([refused.status, textError(refused).message]).toEqual([2, 'no organization is given, and none is current']);
});

const isActive = async (token: unknown) =>
  (await fetch(`${sandbox.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${String(token)}` } })).status === 200;

test('the session that a sign-in replaces is ended, unless it may be the same one', async () => {
  const person = await signIn(sandbox.url);
  const tokens = [person.stored()?.['access_token']];
  // A browser that the server does not know: another session.
  await signIn(sandbox.url, { home: person.home });
  tokens.push(person.stored()?.['access_token']);
  expect(await Promise.all(tokens.map(isActive))).toEqual([false, true]);
  person.change({ sid: undefined });
  await signIn(sandbox.url, { home: person.home });
  tokens.push(person.stored()?.['access_token']);
  expect(await Promise.all(tokens.map(isActive))).toEqual([false, true, true]);
});

test('a session that another profile may be using goes on when one signs out', async () => {
  const person = await signIn(sandbox.url);
  const options = { home: person.home, env: { FLOWKIWI_URL: sandbox.url } };
  const { access_token: token, sid } = person.stored() ?? {};
  await inProcess(['--profile', 'sandbox', 'login', '--browser'], options);
  person.change({ sid: undefined });
  expect((await inProcess(['logout'], options)).stderr).toBe(
    'Signed out of profile default: deleted here, the session goes on at the server, where profile sandbox uses it\n',
  );
  expect([sid, await isActive(token)]).toEqual([expect.any(String), true]);
  const last = await inProcess(['--profile', 'sandbox', 'logout', '--json'], options);
  expect(JSON.parse(last.stdout)).toEqual([{ profile: 'sandbox', revocation: 'revoked' }]);
});

test('logout --browser opens the page of the server by an address of our own, which says nothing', { tags: ['curl'] }, async () => {
  const { home, stored } = await signIn(sandbox.url);
  expect(stored()).toMatchObject({ id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
  const [browser, page, seen] = ['browser', 'page', 'seen'].map((name) => join(home, name));
  writeFileSync(
    `${browser}`,
    `#!/bin/sh\necho "$1" > '${seen}'\nexec curl -s -L -b '${home}/cookies' -c '${home}/cookies' -o '${page}' "$1"\n`,
    { mode: 0o755 },
  );
  const { status, stderr } = await flowkiwi(['logout', '--browser'], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: `${browser}` } });
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(
      /^Your browser opens to end the session\. If it does not, visit:\n {2}(http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22})\nSigned out of profile default: /,
    ),
  ]);
  expect(stderr).toContain(readFileSync(`${seen}`, 'utf8').trim());
  await expect.poll(() => existsSync(`${page}`) && readFileSync(`${page}`, 'utf8')).toContain('/oauth/sign-out/confirm');
  expect((await inProcess(['logout', '--browser'], { home, env: { FLOWKIWI_URL: sandbox.url } })).stderr).toContain(
    'You were not signed in',
  );
});

const BOB = { user: { sub: 'bob', email: 'bob@acme.example' } };

test.each(['no', 'yes'])(
  'another account than the stored one is confirmed on a terminal: %s',
  { tags: ['curl', 'tmux'] },
  async (answer) => {
    const { home, stored, change } = await signIn(sandbox.url);
    change(BOB);
    const before = stored()?.['access_token'];
    const terminal = openTerminal(['login', '--browser'], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: curlBrowser(home) } });
    await terminal.shows('? You signed in as jane@acme.example, in place of bob@acme.example. Use this account? (y/N)');
    expect(stored()?.['access_token']).toBe(before);
    terminal.type(answer);
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    if (answer === 'yes') {
      expect([status, screen]).toEqual([0, expect.stringContaining('as jane@acme.example, in place of bob@acme.example')]);
      expect(stored()?.['access_token']).not.toBe(before);
    } else {
      expect([status, screen]).toEqual([130, expect.stringContaining('Nothing was changed')]);
      expect(stored()).toMatchObject({ access_token: before, ...BOB });
    }
  },
);

test('without a terminal another account is said; --expect-user takes no other, by its address or its subject', async () => {
  const person = await signIn(sandbox.url);
  const { sub } = JSON.parse(JSON.stringify(person.stored()?.['user']));
  person.change(BOB);
  const options = { home: person.home, env: { FLOWKIWI_URL: sandbox.url } };
  const refused = await inProcess(['login', '--browser', '--expect-user', 'bob@acme.example'], options);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain('error: signed in as jane@acme.example, not as bob@acme.example\n');
  expect(refused.stderr).toContain('flowkiwi login --expect-user "bob@acme.example"\n');
  expect(person.stored()).toMatchObject(BOB);
  for (const who of ['JANE@acme.example', String(sub)]) {
    const { status, stderr } = await inProcess(['login', '--browser', '--expect-user', who], options);
    expect([status, stderr]).toEqual([0, expect.stringContaining('as jane@acme.example')]);
  }
  person.change(BOB);
  expect((await inProcess(['login', '--browser'], options)).stderr).toContain('as jane@acme.example, in place of bob@acme.example');
});

test.each<[unknown, inIdToken: object | undefined]>([
  [false, undefined],
  ['false', undefined],
  [true, undefined],
  [false, { email: 'jane@acme.example', name: 'Jane' }],
  [true, { email: 'jane@acme.example', name: 'Jane', email_verified: false }],
])(
  '--expect-user takes an address that the server has not verified by its subject alone: email_verified %j, in the id token %j',
  async (email_verified, inIdToken) => {
    const isVerified = email_verified === true && inIdToken === undefined;
    let nonce: string | null = null;
    const server = await startScriptedServer(({ path, query }): Said => {
      const at = (endpoint: string) => `${server.url}/${endpoint}`;
      switch (path) {
        case '/.well-known/openid-configuration': {
          const endpoints = { authorization_endpoint: at('authorize'), token_endpoint: at('token'), userinfo_endpoint: at('userinfo') };
          return { status: 200, json: { issuer: server.url, ...endpoints } };
        }
        case '/authorize':
          nonce = query.get('nonce');
          return { status: 302, headers: { location: `${query.get('redirect_uri')}?code=C&state=${query.get('state')}` } };
        case '/token': {
          const claims = { iss: server.url, aud: 'flowkiwi-cli', sub: 'somebody', nonce, ...inIdToken };
          const token = { access_token: secret('the-token-of-somebody'), token_type: 'Bearer', expires_in: 300 };
          return { status: 200, json: { ...token, ...(inIdToken && { id_token: idToken(claims) }) } };
        }
        case '/userinfo':
          return { status: 200, json: { sub: 'somebody', email: 'jane@acme.example', email_verified } };
        default:
          return { status: 404 };
      }
    });
    onTestFinished(() => server.close());
    const options = { home: newHome(), env: { FLOWKIWI_URL: server.url } };
    const login = (who: string) => inProcess(['login', '--browser', '--expect-user', who], options);
    const byAddress = await login('Jane@acme.example');
    expect(byAddress.status).toBe(isVerified ? 0 : 4);
    if (!isVerified) {
      expect(byAddress.stderr).toContain('signed in as jane@acme.example, an e-mail address that the sign-in server has not verified');
      expect(byAddress.stderr).toContain(': flowkiwi login --expect-user somebody\n');
      expect(existsSync(join(options.home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
    }
    expect((await login('somebody')).status).toBe(0);
    const { stdout } = await inProcess(['auth', 'status', '--json'], options);
    expect(JSON.parse(stdout).user).toMatchObject({ sub: 'somebody', email_verified: isVerified });
  },
);

test('--par at a server that takes no pushed requests: what to leave out', async () => {
  const refused = await inProcess(['login', '--browser', '--par'], { env: { FLOWKIWI_URL: sandbox.url } });
  expect([refused.status, textError(refused).hint]).toEqual([4, 'sign in without --par: flowkiwi login --browser']);
});

test('where nobody can tell whose a connection is, an address that was opened twice wants --expect-user', { tags: ['curl'] }, async () => {
  const home = newHome();
  const browser = join(home, 'opened-twice');
  // Asks for the address twice, and goes where it led.
  const [jar, led] = [`-b '${home}/jar' -c '${home}/jar'`, `led=$(curl -s -o /dev/null -w '%{redirect_url}' "$1")`];
  writeFileSync(browser, `#!/bin/sh\n${led}\ncurl -s -o /dev/null "$1"\nexec curl -s -L ${jar} -o /dev/null "$led"\n`, { mode: 0o755 });
  const login = (...args: readonly string[]) =>
    flowkiwi(['login', '--browser', ...args], { home, env: { FLOWKIWI_URL: sandbox.url, BROWSER: browser, WSL_DISTRO_NAME: 'Debian' } });
  const refused = await login();
  expect([refused.status, refused.stderr]).toEqual([
    4,
    expect.stringContaining('signed in as jane@acme.example, but the address that starts the sign-in was opened more than once\n'),
  ]);
  expect(refused.stderr).toContain('flowkiwi login --expect-user "jane@acme.example"\n');
  expect(existsSync(join(home, '.config', 'flowkiwi', 'credentials.json'))).toBe(false);
  expect((await login('--expect-user', 'jane@acme.example')).status).toBe(0);
});
