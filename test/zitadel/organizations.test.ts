import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { secret } from '../support/flowkiwi.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel?.sandbox.stop());

const JANE = ['--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example'];

/** The fields of an organization, in JSON. */
const ORGANIZATION = {
  id: expect.stringMatching(/^\d+$/),
  primary_domain: expect.any(String),
  state: 'active',
  created_at: expect.stringMatching(/Z$/),
  updated_at: expect.stringMatching(/Z$/),
  sequence: expect.stringMatching(/^\d+$/),
};

async function created(name: string, home: string): Promise<string> {
  const { status, stdout } = await zitadel.quick(['org', 'create', name, '-q', '--no-use'], { home });
  expect(status).toBe(0);
  return stdout.trim();
}

describe.concurrent('an organization', () => {
  test('is created, read back, and current', async () => {
    const home = zitadel.home();
    const run = await zitadel.run(['org', 'create', 'Acme Corp', '--json'], { home });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const organization = JSON.parse(run.stdout);
    expect(organization).toEqual({ ...ORGANIZATION, name: 'Acme Corp', primary_domain: 'acme-corp.localhost' });
    const reads = [[], [organization.id], ['Acme Corp'], ['acme CORP'], ['--org', 'Acme Corp']].map(async (words) => {
      expect(JSON.parse((await zitadel.run(['org', 'get', ...words, '--json'], { home })).stdout)).toEqual(organization);
    });
    await Promise.all(reads);
  });

  test('with --no-use the current one stays; without any, one’s own is read', async () => {
    const home = zitadel.home();
    await created('Not Mine', home);
    const { stdout } = await zitadel.run(['org', 'get', '--json'], { home });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Sandbox' });
  });

  test('that is there already is a conflict, or with --if-exists skip the one that is shown, whatever its case', async () => {
    const home = zitadel.home();
    const id = await created('Twice', home);
    const failed = await zitadel.run(['org', 'create', 'twice', '--json'], { home });
    expect(jsonError(failed)).toMatchObject({ code: 'conflict', status: 409, hint: expect.stringContaining('--if-exists skip') });
    expect(failed.status).toBe(5);
    const run = await zitadel.run(['org', 'create', 'twice', '--if-exists', 'skip', '-q'], { home });
    expect(run).toEqual({ status: 0, stdout: `${id}\n`, stderr: '' });
    const json = await zitadel.run(
      ['org', 'create', 'twice', '--if-exists', 'skip', '--json', '--fields', 'id,name,created,requested_name'],
      {
        home,
      },
    );
    expect(JSON.parse(json.stdout)).toEqual({ id, name: 'Twice', created: false, requested_name: 'twice' });
    const words = await zitadel.run(['org', 'create', 'twice', '--if-exists', 'skip'], { home });
    expect(words.stderr).toMatch(/^The organization is named Twice, not twice\nFound organization Twice /);
  });

  test('whose domain alone is taken has nothing to skip to', async () => {
    const home = zitadel.home();
    await created('Same Label', home);
    const run = await zitadel.run(['org', 'create', 'Same-Label!', '--if-exists', 'skip'], { home });
    expect(run.status).toBe(5);
    expect(textError(run).message).toContain('is free, but not the domain');
  });

  test('is created in the context of --org', async () => {
    const home = zitadel.home();
    const run = await zitadel.run(['org', 'create', 'In Context', '--org', 'Sandbox', '--debug'], { home });
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(/x-zitadel-orgid: \d+/);
    const wrong = await zitadel.run(['org', 'create', 'Elsewhere', '--org', '123'], { home });
    expect(wrong.status).toBe(7);
    expect(textError(wrong).message).toContain('AUTH-Bs7Ds');
  });

  test('is renamed, by its name or its id', async () => {
    const home = zitadel.home();
    const id = await created('Old Name', home);
    const run = await zitadel.run(['org', 'rename', 'old name', 'New Name', '--json'], { home });
    expect(JSON.parse(run.stdout)).toMatchObject({ id, name: 'New Name' });
    expect((await zitadel.run(['org', 'rename', id, 'Newer Name'], { home })).stderr).toBe(`Renamed organization ${id} to Newer Name\n`);
    const same = await zitadel.run(['org', 'rename', id, 'Newer Name'], { home });
    expect({ status: same.status, hint: textError(same).hint }).toEqual({ status: 2, hint: 'it has this name already' });
  });

  test('is deleted, and is not found although the server goes on answering for its id', async () => {
    const home = zitadel.home();
    const id = await created('Gone Soon', home);
    const unconfirmed = await zitadel.run(['org', 'delete', id], { home });
    expect(textError(unconfirmed).hint).toBe('add --yes');
    const run = await zitadel.run(['org', 'delete', 'Gone Soon', '--yes'], { home });
    expect(run).toEqual({ status: 0, stdout: '', stderr: `Deleted organization Gone Soon (${id})\n` });
    for (const command of ['get', 'use']) {
      const after = await zitadel.run(['org', command, id], { home });
      expect({ status: after.status, message: textError(after).message }).toEqual({ status: 3, message: `organization ${id} is deleted` });
    }
    expect((await zitadel.run(['org', 'get', 'Gone Soon'], { home })).status).toBe(3);
  });

  test('is confirmed by its name on a terminal', { tags: ['script'] }, async () => {
    const home = zitadel.home();
    const id = await created('Typed Name', home);
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    const person = { sees: 'Type Typed Name', types: 'Typed Name\r' };
    const { status, output } = await onPseudoTerminal(['org', 'delete', id], { home, env, person });
    expect(status).toBe(0);
    expect(output).toContain(`Deleted organization Typed Name (${id})`);
  });

  test('can be made the current one', async () => {
    const home = zitadel.home();
    const id = await created('In Use', home);
    const run = await zitadel.run(['org', 'use', 'IN USE'], { home });
    expect(run).toEqual({
      status: 0,
      stdout: `${id}\tIn Use\n`,
      stderr: `The current organization is In Use (${id})\nnext: flowkiwi org get\n`,
    });
    const config: unknown = JSON.parse(readFileSync(join(home, '.config', 'flowkiwi', 'config.json'), 'utf8'));
    expect(config).toMatchObject({ profiles: { tenants: { current_organizations: { [`${zitadel.sandbox.url}/`]: id } } } });
  });

  test('is listed with the others, by name', async () => {
    const home = zitadel.home();
    const ids = [await created('List B', home), await created('List A', home)];
    const { stdout } = await zitadel.run(['org', 'list', '--json'], { home });
    const listed: { id: string; name: string; current: boolean }[] = JSON.parse(stdout);
    expect(listed.filter(({ id }) => ids.includes(id)).map(({ name }) => name)).toEqual(['List A', 'List B']);
    expect(listed[0]).toEqual({ ...ORGANIZATION, name: expect.any(String), current: false });
  });

  test('stands in the tree of its instance', async () => {
    const home = zitadel.home();
    const id = await created('In The Tree', home);
    const picture = await zitadel.run(['tree', '--org', id], { home });
    expect(picture.stdout).toBe('Instance "ZITADEL" (localhost)\n└─ Organization "In The Tree" (in-the-tree.localhost)\n');
    const [instance] = JSON.parse((await zitadel.run(['tree', '--json'], { home })).stdout);
    expect(instance).toMatchObject({
      name: 'ZITADEL',
      primary_domain: 'localhost',
      organizations: expect.arrayContaining([expect.objectContaining({ id })]),
    });
    expect((await zitadel.run(['tree', '--org', id, '-q'], { home })).stdout).toBe(`${instance.id}\n${id}\n`);
  });
});

describe.concurrent('an organization with its administrator', () => {
  const password = secret('Secret-1234!');

  test('every field can be given', async () => {
    const flags = [
      '--domain',
      'All.Fields.example',
      '--user-name',
      'all',
      ...JANE,
      '--email-verified',
      '--phone',
      '+41 71 000 00 00',
      '--phone-verified',
    ];
    const more = [
      '--nick-name',
      'jd',
      '--display-name',
      'Jane D.',
      '--language',
      'en',
      '--gender',
      'female',
      '--role',
      'ORG_OWNER',
      '--role',
      'ORG_USER_MANAGER',
    ];
    const run = await zitadel.run(['org', 'setup', 'All Fields', ...flags, ...more, '--password-stdin', '--debug', '--json'], {
      stdin: `${password}\n`,
    });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({ ...ORGANIZATION, name: 'All Fields', user_id: expect.stringMatching(/^\d+$/) });
    const sent = /\{"org".*\}/.exec(run.stderr)?.[0] ?? '';
    expect(JSON.parse(sent)).toEqual({
      org: { name: 'All Fields', domain: 'all.fields.example' },
      human: {
        userName: 'all',
        profile: {
          firstName: 'Jane',
          lastName: 'Doe',
          nickName: 'jd',
          displayName: 'Jane D.',
          preferredLanguage: 'en',
          gender: 'GENDER_FEMALE',
        },
        email: { email: 'jane@acme.example', isEmailVerified: true },
        phone: { phone: '+41 71 000 00 00', isPhoneVerified: true },
        password: '[redacted]',
      },
      roles: ['ORG_OWNER', 'ORG_USER_MANAGER'],
    });
  });

  test('without a password a mail is announced', async () => {
    const run = await zitadel.run(['org', 'setup', 'No Password', '--user-name', 'none', ...JANE, '--no-use']);
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(
      /^Without a password ZITADEL sends the user a mail.*\nCreated organization No Password \(\d+\) with the administrator none \(\d+\)\n/,
    );
  });

  test('a person is asked for the password without echo, and may leave it empty', { tags: ['script'] }, async () => {
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
    const person = { sees: 'Password (', types: '\r' };
    const { status, output } = await onPseudoTerminal(['org', 'setup', 'Asked', '--user-name', 'asked', ...JANE], {
      home: zitadel.home(),
      env,
      person,
    });
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Created organization Asked') });
  });

  test('the whole request comes from a file, or from standard input', async () => {
    const home = zitadel.home();
    const request = (name: string) => ({
      org: { name },
      human: { userName: name, profile: { firstName: 'Jane', lastName: 'Doe' }, email: { email: 'jane@acme.example' }, password },
    });
    writeFileSync(join(home, 'setup.json'), JSON.stringify(request('From File')));
    const file = await zitadel.run(['org', 'setup', '--input', join(home, 'setup.json'), '--json'], { home });
    expect(JSON.parse(file.stdout)).toMatchObject({ name: 'From File', user_id: expect.any(String) });
    const { human, ...rest } = request('From Stdin');
    const { password: _, ...bare } = human;
    const stdin = await zitadel.run(['org', 'setup', '--input', '-', '--json'], { stdin: JSON.stringify({ ...rest, human: bare }) });
    expect(JSON.parse(stdin.stdout)).toMatchObject({ name: 'From Stdin' });
    writeFileSync(join(home, 'bare.json'), JSON.stringify({ org: { name: 'Both' }, human: { ...bare, userName: 'both' } }));
    const both = await zitadel.run(['org', 'setup', '--input', join(home, 'bare.json'), '--password-stdin'], { stdin: password });
    expect(both.status).toBe(0);
  });

  test.each<[what: string, args: readonly string[], stdin: string, message: RegExp]>([
    ['nothing is given', [], '', /^NAME, --user-name, --first-name, --last-name and --email are missing$/],
    ['one is missing', ['X', '--user-name', 'x', '--first-name', 'x', '--last-name', 'x'], '', /^--email is missing$/],
    ['a body and a flag', ['--input', '-', '--email', 'x@y'], '{}', /^--input has the whole request/],
    ['a body and a name', ['X', '--input', '-'], '{}', /^--input has the whole request/],
    ['standard input twice', ['--input', '-', '--password-stdin'], '{}', /^--input - and --password-stdin exclude each other$/],
    ['an empty password', ['X', '--user-name', 'x', ...JANE, '--password-stdin'], '\n', /^standard input has no password$/],
    [
      'a phone that is verified but not given',
      ['X', '--user-name', 'x', ...JANE, '--phone-verified'],
      '',
      /^--phone-verified needs --phone$/,
    ],
    ['no JSON', ['--input', '-'], `{"password": "${'x'.repeat(9)}`, /^--input is not a JSON object$/],
    ['no file', ['--input', '/no/such/file'], '', /^--input: "\/no\/such\/file" cannot be read/],
    ['what is wrong', ['!!!', '--user-name', 'x', ...JANE], '', /^an organization cannot be created like this$/],
    ['what is wrong in a body', ['--input', '-'], '{"org":{"nmae":"x"}}', /^an organization cannot be created like this$/],
  ])('%s: nothing is sent', async (_, args, stdin, message) => {
    const run = await zitadel.quick(['org', 'setup', ...args, '--debug', '--json'], { stdin });
    expect(run.status).toBe(2);
    expect(jsonError(run)['message']).toMatch(message);
  });

  test.each<[what: string, args: readonly string[], status: number, id: string]>([
    ['a weak password', ['Weak', '--user-name', 'weak', ...JANE], 2, 'COMMA-'],
    ['a role that there is none of', ['Role', '--user-name', 'role', ...JANE, '--role', 'ORG_NOBODY'], 2, 'Org-4N8es'],
    ['the name of another', ['Sandbox', '--user-name', 'zitadel', ...JANE], 5, 'V3-DKcYh'],
  ])('the server refuses %s', async (_, args, status, id) => {
    const run = await zitadel.run(['org', 'setup', ...args, '--password-stdin'], { stdin: id === 'COMMA-' ? 'weak' : password });
    expect({ status: run.status, message: textError(run).message }).toEqual({ status, message: expect.stringContaining(id) });
  });
});

describe('who has other rights', () => {
  test('an owner without a role in the instance reads, renames and deletes their organization', async () => {
    const id = await created('Owned', zitadel.home());
    await zitadel.sandbox.control('zitadel/members', { email: 'owner@acme.example', roles: ['ORG_OWNER'], organization_id: id });
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token('owner@acme.example') };
    const home = zitadel.home();
    expect((await zitadel.run(['org', 'get', id, '-q'], { home, env })).stdout).toBe(`${id}\n`);
    expect((await zitadel.run(['org', 'rename', id, 'Still Owned'], { home, env })).status).toBe(0);
    expect(await zitadel.run(['org', 'list', '-q'], { home, env })).toEqual({ status: 0, stdout: `${id}\n`, stderr: '' });
    const [picture, ids, data] = await Promise.all([[], ['-q'], ['--json']].map((form) => zitadel.quick(['tree', ...form], { home, env })));
    const { host } = new URL(zitadel.sandbox.url);
    expect(picture?.stdout).toMatch(new RegExp(`^Instance at ${host}\\n└─ Organization "Still Owned" \\(.+\\)\\n$`));
    expect(ids?.stdout).toBe(`${id}\n`);
    expect(JSON.parse(data?.stdout ?? '')).toMatchObject([{ id: null, name: null, organizations: [{ id, name: 'Still Owned' }] }]);
    expect((await zitadel.run(['org', 'create', 'Not Allowed'], { home, env })).status).toBe(7);
    expect((await zitadel.run(['org', 'delete', id, '--yes'], { home, env })).status).toBe(0);
  });

  test('a user without any membership has no permission, whatever the status says', async () => {
    await zitadel.sandbox.control('zitadel/members', { email: 'nobody@acme.example', roles: [] });
    const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token('nobody@acme.example') };
    const run = await zitadel.run(['org', 'create', 'Not Allowed', '--json'], { env });
    expect(jsonError(run)).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('IAM_OWNER') });
    expect((await zitadel.run(['org', 'list'], { env })).status).toBe(7);
    expect((await zitadel.run(['auth', 'status', '--check'], { env })).status).toBe(0);
  });

  test('a token that is not accepted', async () => {
    const env = { FLOWKIWI_TOKEN: 'wrong' };
    const run = await zitadel.run(['org', 'get'], { env });
    expect({ status: run.status, message: textError(run).message }).toEqual({
      status: 4,
      message: expect.stringContaining('the token is not valid (AUTH-7fs1e)'),
    });
    expect((await zitadel.run(['auth', 'status', '--check'], { env })).status).toBe(4);
    const login = await zitadel.run(['login', '--with-token'], { stdin: 'wrong', env: { FLOWKIWI_TOKEN: '' } });
    expect(login.status).toBe(4);
  });
});
