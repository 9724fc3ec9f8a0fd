import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { call } from '../support/servers/sandbox-in-memory.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.stop());

/** User names are unique in the instance. */
const administrator = (userName: string) => [
  '--user-name',
  userName,
  '--first-name',
  'Jane',
  '--last-name',
  'Doe',
  '--email',
  'jane@acme.example',
];

describe.each(['4.0', '2.70'])('onboard at ZITADEL %s', (version) => {
  beforeAll(() => zitadel.switches(`zitadel=${version}`));

  test('creates an organization with its administrator, and draws it', async () => {
    const home = zitadel.home({ systemUser: false });
    const name = `Acme ${version}`;
    const { status, stdout, stderr } = await zitadel.run(
      ['onboard', '--org-name', name, ...administrator(`jd-${version}`), '--role', 'ORG_OWNER', '--email-verified', '--password-stdin'],
      { home, stdin: 'Secret-1234' },
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^Instance "ZITADEL" \\(localhost\\)\n└─ Organization "${name}" \\(acme-${version.replace('.', '')}\\.localhost\\)\n$`),
    );
    const [, id] =
      /Created organization .* \((\d+)\) with the administrator jd-\S+ \(\d+\)\nnext: flowkiwi org get (\d+)\n$/.exec(stderr) ?? [];
    expect((await zitadel.quick(['org', 'get', '-q'], { home })).stdout).toBe(`${id}\n`);
  });

  test('creates an instance that a machine owns, and says how to work in it', async () => {
    const home = zitadel.home();
    const key = join(home, 'acme.json');
    const { status, stdout, stderr } = await zitadel.quick(
      [
        'onboard',
        '--instance-name',
        'Acme EU',
        '--org-name',
        'Acme',
        '--machine',
        'Setup',
        '--machine-user-name',
        'setup',
        '--key-out',
        key,
      ],
      { home },
    );
    expect(status).toBe(0);
    const [, domain] = /^Instance "Acme EU" \((acme-eu-\w{6}\.localhost)\)\n└─ Organization "Acme"\n$/.exec(stdout) ?? [];
    const [, words] = /\nnext: flowkiwi (.+)\n$/.exec(stderr) ?? [];
    const { port } = new URL(zitadel.sandbox.url);
    const place = `--provider zitadel --url ${zitadel.sandbox.url} --instance-host ${domain}:${port}`;
    expect(words).toBe(`profile add acme-eu ${place} --key-file ${key} --use`);
    const added = await zitadel.quick((words ?? '').split(' '), { home });
    expect(added.stderr).toMatch(/\nnext: flowkiwi login\n$/);
    const signedIn = await zitadel.quick(['login'], { home, env: { FLOWKIWI_TOKEN: '' } });
    expect(signedIn).toMatchObject({ status: 0, stderr: expect.stringMatching(/\nnext: flowkiwi org create "Acme Corp"\n$/) });
    expect((await zitadel.quick(['org', 'list', '-q'], { home, env: { FLOWKIWI_TOKEN: '' } })).stdout).toMatch(/^\d+\n$/);
  });

  test('every field of a request can be given', async () => {
    const person = administrator(`jd-${version}-all`);
    const about = ['--nick-name', 'JD', '--display-name', 'Jane Doe', '--language', 'de', '--gender', 'female'];
    const phone = ['--phone', '+41710000000', '--phone-verified'];
    const run = await zitadel.quick(
      ['onboard', '--org-name', `All of ${version}`, '--domain', `all-${version}.example`, ...person, ...about, ...phone, '--json'],
      { home: zitadel.home() },
    );
    expect(JSON.parse(run.stdout).organization).toMatchObject({ state: 'active', user_id: expect.any(String) });
    const home = zitadel.home();
    const owner = [...administrator('jd'), '--password-stdin', '--password-change-required', '--domain', `own-${version}.example`];
    const owned = await zitadel.quick(['onboard', '--instance-name', 'Owned', ...owner, '--json'], { home, stdin: 'Secret-1234' });
    expect(JSON.parse(owned.stdout).instance.primary_domain).toBe(`own-${version}.example`);
    const machine = ['--machine', 'Setup', '--machine-user-name', 'setup', '--key-expires', '2099-12-31', '--pat-expires', '2099-12-31'];
    const files = ['--pat-out', join(home, 'pat'), '--key-out', join(home, 'key.json')];
    expect((await zitadel.quick(['onboard', '--instance-name', 'Run', ...machine, ...files, '-q'], { home })).stdout).toMatch(/^\d+\n$/);
    expect([statSync(join(home, 'pat')).mode & 0o777, statSync(join(home, 'key.json')).mode & 0o777]).toEqual([0o600, 0o600]);
  });

  test('as JSON: what was created, with the token that no file takes', async () => {
    const args = ['onboard', '--instance-name', 'Acme US', '--machine', 'Setup', '--machine-user-name', 'setup', '--json'];
    const { organization, instance } = JSON.parse((await zitadel.quick(args)).stdout);
    expect(organization).toEqual({ id: instance.first_organization_id, name: 'Acme US' });
    expect(instance).toMatchObject({ name: 'Acme US', state: 'running', pat: expect.any(String) });
    const named = await zitadel.quick(['onboard', '--org-name', `Acme ${version} two`, ...administrator(`jd-${version}-2`), '--json']);
    expect(JSON.parse(named.stdout)).toMatchObject({
      organization: { name: `Acme ${version} two`, user_id: expect.any(String) },
      instance: { name: 'ZITADEL' },
    });
  });
});

test('a key signs in, and is stored', async () => {
  const token = await zitadel.sandbox.token();
  const send = async (path: string, body: unknown) => (await call(zitadel.sandbox.url, 'POST', path, { token, body })).json;
  const { userId } = await send('/management/v1/users/machine', { userName: 'onboarder', name: 'Onboarder' });
  await send('/admin/v1/members', { userId, roles: ['IAM_OWNER'] });
  const { keyDetails } = await send(`/management/v1/users/${userId}/keys`, { type: 'KEY_TYPE_JSON' });
  const home = zitadelHome(`http://localhost:${new URL(zitadel.sandbox.url).port}`, { systemUser: false });
  const file = join(home, 'onboarder.json');
  writeFileSync(file, Buffer.from(String(keyDetails), 'base64'), { mode: 0o600 });
  const signedOut = { home, env: { FLOWKIWI_TOKEN: '' } };
  const args = ['onboard', '--org-name', 'By key', ...administrator('by-key')];
  const without = await zitadel.quick(args, signedOut);
  expect([without.status, existsSync(join(home, '.config', 'flowkiwi', 'credentials.json'))]).toEqual([4, false]);
  const run = await zitadel.quick([...args, '--key-file', file, '-q'], signedOut);
  expect(run.stdout).toMatch(/^\d+\n$/);
  expect((await zitadel.quick(['org', 'get', '-q'], signedOut)).stdout).toBe(run.stdout);
});

test.each<[what: string, args: readonly string[], message: RegExp]>([
  ['neither is named', [], /^--org-name or --instance-name is missing$/],
  ['the administrator is missing', ['--org-name', 'x'], /^--user-name, --first-name, --last-name and --email are missing$/],
  ['a machine is half named', ['--instance-name', 'x', '--pat-out', 'pat'], /^--machine and --machine-user-name are missing$/],
  [
    'an owner is a person and a machine',
    ['--instance-name', 'x', '--machine', 'm', '--machine-user-name', 'm', '--user-name', 'jd'],
    /not by both/,
  ],
  [
    'an instance has no administrator',
    ['--instance-name', 'x', ...administrator('jd'), '--role', 'ORG_OWNER'],
    /^--role means nothing to an instance$/,
  ],
  ['a handle', ['--org-name', 'x', '--handle', 'x'], /^--handle works only with Flowkiwi/],
  ['--org', ['--org', '1', '--org-name', 'x'], /^--org means nothing/],
  ['two ways to sign in', ['--org-name', 'x', '--key-file', 'k.json', '--device'], /^--key-file and --device exclude each other$/],
  ['a password that is too long', ['--org-name', 'x', ...administrator('jd'), '--password-stdin'], /^the password /],
])('nothing is sent where %s', async (_, args, message) => {
  const run = await zitadel.quick(['onboard', ...args], { stdin: 'x'.repeat(73) });
  expect(run.status).toBe(2);
  expect(textError(run).message).toMatch(message);
});

test('an instance needs a system user', async () => {
  const home = zitadel.home({ systemUser: false });
  const run = await zitadel.quick(['onboard', '--instance-name', 'x', ...administrator('jd')], { home, env: { FLOWKIWI_TOKEN: '' } });
  expect(run.status).toBe(4);
  expect(textError(run).hint).toContain('--system-user NAME --system-key FILE');
});

test('an option of ZITADEL is refused in the sandbox of Flowkiwi', async () => {
  const run = await zitadel.quick(['onboard', '--sandbox', '--user-name', 'jd']);
  expect([run.status, textError(run).message]).toEqual([2, '--user-name is for ZITADEL, and a sandbox of onboard is of Flowkiwi']);
});
