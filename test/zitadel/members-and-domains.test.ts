import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import type { Run } from '../support/flowkiwi.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel?.sandbox.stop());

const faults = (...rules: readonly string[]) => zitadel.sandbox.control('faults', { rules });

const TIMES = { created_at: expect.any(String), updated_at: expect.any(String), sequence: expect.any(String) };
const UNREAD = { created_at: null, updated_at: null, sequence: null };

/** Both servers that the sandbox stands in for; each test runs one more way of the same verbs at one of them in processes of their own. */
describe.each(['4.0', '2.70'])('ZITADEL %s', (version) => {
  const [label, inProcess] = [`v${version.replace('.', '-')}`, version === '2.70'];
  let home: string;
  let id: string;
  let jane: string;

  beforeAll(async () => {
    await zitadel.switches(`zitadel=${version}`);
    home = zitadel.home();
    const flags = ['--user-name', `jane-${label}`, '--first-name', 'Jane', '--last-name', 'Doe', '--email', `jane@${label}.example`];
    const made = await zitadel.quick(['org', 'setup', `Other ${label}`, ...flags, '--no-use', '--json'], { home });
    jane = JSON.parse(made.stdout).user_id;
    id = (await zitadel.quick(['org', 'create', `Acme ${label}`, '-q'], { home })).stdout.trim();
  });

  const start = (line: string): Promise<Run> => (inProcess ? zitadel.quick : zitadel.run)(line.split(' '), { home });
  const quick = (line: string): Promise<Run> => zitadel.quick(line.split(' '), { home });
  const json = async (line: string) => JSON.parse((await quick(`${line} --json`)).stdout);

  test('a user becomes a member, gets more roles, and none at last', async () => {
    const added = await start(`org member add jane@${label}.example --role ORG_OWNER --json`);
    const member = {
      ...{ id: jane, name: 'Jane Doe', preferred_login_name: `jane-${label}`, email: `jane@${label}.example` },
      ...{ roles: ['ORG_OWNER'], user_type: 'human', user_resource_owner: expect.any(String) },
    };
    expect([added.status, JSON.parse(added.stdout)]).toEqual([0, { ...member, ...UNREAD }]);
    // By the login name, in another case; in words, with what was there.
    const words = `Jane Doe (${jane}) is a member of organization Acme ${label} (${id}) with these roles already: ORG_OWNER\n`;
    expect((await start(`org member add JANE-${label} --role org_owner`)).stderr).toBe(words);
    const more = await json(`org member add ${jane} --role ORG_USER_MANAGER --role ORG_OWNER`);
    expect(more).toMatchObject({ id: jane, roles: ['ORG_OWNER', 'ORG_USER_MANAGER'] });
    const listed = await start('org member list --json');
    expect(JSON.parse(listed.stdout)).toContainEqual({ ...member, roles: ['ORG_OWNER', 'ORG_USER_MANAGER'], ...TIMES });
    const gone = await start(`org member remove jane@${label}.example --org ${id}`);
    expect(gone).toEqual({ status: 0, stdout: '', stderr: `Removed Jane Doe (${jane}) from organization Acme ${label} (${id})\n` });
    const nobody = await quick(`org member remove ${jane}`);
    expect([nobody.status, textError(nobody)]).toEqual([
      3,
      { message: `user ${jane} is no member of organization Acme ${label} (${id})`, hint: expect.stringContaining(`--org ${id}`) },
    ]);
  });

  test.each<[line: string, status: number, message: RegExp]>([
    ['org member add ID --role ORG_OWNR', 2, /^members have no role "ORG_OWNR"; did you mean ORG_OWNER\?$/],
    ['org member add ID', 2, /^--role is missing$/],
    ['org member add', 2, /^USER is missing$/],
    ['org member add nobody@x.example --role ORG_OWNER', 3, /^no user signs in with "nobody@x.example"/],
    ['org member add 42 --role ORG_OWNER', 3, /^there is no user 42$/],
    ['org member list --org 42', 7, /AUTH-Bs7Ds/],
    ['org member list --fields nope', 2, /^unknown field "nope"/],
    ['org domain add nothing', 2, /^"nothing" cannot be a domain$/],
    ['org domain primary nothing.example', 3, /Domain doesn't exist on organization/],
    ['org domain verify nothing.example', 3, /Domain doesn't exist on organization/],
    ['org domain remove nothing.example', 3, /^the organization Acme .* has no domain nothing.example$/],
    ['org deactivate', 2, /^deactivating the organization needs confirmation/],
    ['instance block localhost', 2, /^blocking the instance localhost needs confirmation/],
    ['instance domain add localhost', 2, /^DOMAIN is missing$/],
    ['instance domain add localhost a_b.example', 2, /^"a_b.example" cannot be a domain$/],
    ['instance domain remove localhost nothing.example', 3, /^the instance \d+ has no domain nothing.example$/],
    ['instance domain primary localhost nothing.example', 3, /the instance has no such domain \(INSTANCE-9nkWf\)/],
  ])('%s is refused', async (line, status, message) => {
    const run = await quick(`${line.replace('ID', jane)} --json`);
    expect([run.status, jsonError(run)['message']]).toEqual([status, expect.stringMatching(message)]);
  });

  test('an organization gets a domain, which becomes its primary one and is removed in the end', async () => {
    const added = await start(`org domain add Added.${label}.example --json`);
    const domain = { domain: `added.${label}.example`, primary: false, verified: true, validation_type: null };
    const unchallenged = { validation_token: null, validation_url: null };
    expect(JSON.parse(added.stdout)).toEqual({ ...domain, ...unchallenged, ...TIMES });
    const again = await quick(`org domain add added.${label}.example`);
    expect([again.status, again.stderr]).toEqual([
      0,
      `The organization Acme ${label} (${id}) has the domain added.${label}.example already\n`,
    ]);
    const listed = await start('org domain list -q');
    expect(listed.stdout).toBe(`acme-${label}.localhost\nadded.${label}.example\n`);
    expect((await start(`org domain primary ADDED.${label}.example`)).status).toBe(0);
    expect(await json('org domain list')).toContainEqual({ ...domain, primary: true, ...TIMES });
    const kept = await quick(`org domain remove added.${label}.example`);
    expect([kept.status, textError(kept).hint]).toEqual([2, expect.stringContaining('org domain primary')]);
    expect((await quick(`org domain primary acme-${label}.localhost`)).status).toBe(0);
    const removed = await start(`org domain remove added.${label}.example --json`);
    expect([removed.status, JSON.parse(removed.stdout)]).toEqual([0, { domain: `added.${label}.example`, removed: true }]);
    // Another organization has it.
    const taken = await quick(`org domain add other-${label}.localhost --json`);
    expect([taken.status, jsonError(taken)]).toMatchObject([5, { message: expect.stringContaining('V3-DKcYh') }]);
  });

  test('a domain is verified by a token, which is printed once and stays good', async () => {
    await zitadel.switches(`zitadel=${version}`, 'zitadelDomains=validated');
    const added = await start(`org domain add proven.${label}.example`);
    const [, token] = /^Add a TXT record _zitadel-challenge\.proven\.\S+ with the value (\S+)\n/.exec(added.stderr) ?? [];
    expect(added.stdout).toContain(`\t${token}\t_zitadel-challenge.proven.${label}.example`);
    expect(added.stderr).toContain(`next: flowkiwi org domain verify proven.${label}.example --org ${id}`);
    const early = await quick(`org domain primary proven.${label}.example`);
    expect([early.status, textError(early).hint]).toEqual([2, expect.stringContaining('org domain verify')]);
    // Another one would make the first one void.
    expect(await json(`org domain add proven.${label}.example`)).toMatchObject({
      verified: false,
      validation_type: 'dns',
      validation_token: null,
    });
    const file = await json(`org domain add proven.${label}.example --method http`);
    expect(file.validation_url).toBe(`https://proven.${label}.example/.well-known/zitadel-challenge/${file.validation_token}.txt`);
    expect((await start(`org domain verify proven.${label}.example`)).stderr).toMatch(/^Verified domain proven\./);
    expect((await quick(`org domain verify proven.${label}.example`)).stderr).toMatch(/is verified already\n$/);
    expect(await json('org domain list')).toContainEqual(expect.objectContaining({ domain: `proven.${label}.example`, verified: true }));
    await quick(`org domain add ${label}.invalid`);
    const unseen = await quick(`org domain verify ${label}.invalid`);
    expect([unseen.status, textError(unseen).hint]).toEqual([75, expect.stringContaining('run it again')]);
    await zitadel.switches(`zitadel=${version}`);
  });

  test('an organization is deactivated and reactivated, as often as one likes', async () => {
    const off = await start(`org deactivate ${id} --yes --json`);
    expect([off.status, JSON.parse(off.stdout)]).toMatchObject([0, { id, state: 'inactive' }]);
    expect(await json(`org get ${id}`)).toMatchObject({ state: 'inactive' });
    const twice = await quick('org deactivate -y');
    expect([twice.status, twice.stderr]).toEqual([
      0,
      `The organization Acme ${label} (${id}) is inactive already\nnext: flowkiwi org reactivate ${id}\n`,
    ]);
    const on = await start('org reactivate');
    expect([on.status, on.stderr]).toEqual([0, `Reactivated organization Acme ${label} (${id})\n`]);
    expect((await quick(`org reactivate ${id}`)).stderr).toBe(`The organization Acme ${label} (${id}) is active already\n`);
  });

  test('an instance gets a domain, answers there, and loses it', async () => {
    const added = await start(`instance domain add localhost LOGIN.${label}.example --json`);
    expect(JSON.parse(added.stdout)).toEqual({ domain: `login.${label}.example`, primary: false, generated: false, ...TIMES });
    expect((await quick(`instance domain add localhost login.${label}.example`)).stderr).toMatch(/ has the domain \S+ already\n$/);
    expect((await start(`instance domain primary localhost login.${label}.example`)).status).toBe(0);
    // Without a system user, too.
    const own = await zitadel.quick(['instance', 'domain', 'list', '--json'], { home: zitadel.home({ systemUser: false }) });
    expect(JSON.parse(own.stdout)).toContainEqual(expect.objectContaining({ domain: `login.${label}.example`, primary: true }));
    expect((await quick('instance domain primary localhost localhost')).status).toBe(0);
    const removed = await start(`instance domain remove localhost login.${label}.example`);
    expect([removed.status, removed.stdout, removed.stderr]).toEqual([0, '', expect.stringMatching(/^Removed domain login/)]);
    const [generated] = (await json('instance domain list localhost')).filter((domain: { generated: boolean }) => domain.generated);
    const kept = await quick(`instance domain remove localhost ${generated.domain}`);
    expect([kept.status, textError(kept).message]).toEqual([2, expect.stringContaining('INSTANCE-9hn3n')]);
    const unknown = await zitadel.quick(['instance', 'domain', 'add', 'localhost', 'x.example'], {
      home: zitadel.home({ systemUser: false }),
    });
    expect(unknown.status).not.toBe(0);
  });

  test('a blocked instance answers nobody but the system API', async () => {
    const made = await json(`instance create Blocked --domain ${label}.blocked.example --machine M --machine-user-name m`);
    const host = ['-H', `x-zitadel-instance-host: ${label}.blocked.example`];
    const ask = () => zitadel.quick(['api', '/admin/v1/instances/me', ...host], { home, env: { FLOWKIWI_TOKEN: made.pat } });
    expect((await ask()).status).toBe(0);
    const blocked = await start(`instance block ${made.id} --yes --json`);
    expect([blocked.status, JSON.parse(blocked.stdout)]).toMatchObject([0, { id: made.id, name: 'Blocked', blocked: true }]);
    expect((await ask()).status).toBe(7);
    const headers = { 'x-zitadel-instance-host': `${label}.blocked.example` };
    expect((await fetch(`${zitadel.sandbox.url}/.well-known/openid-configuration`, { headers })).status).toBe(429);
    expect((await quick(`instance block ${label}.blocked.example -y`)).status).toBe(0);
    expect((await start(`instance unblock ${made.id}`)).stderr).toBe(`Unblocked instance Blocked (${made.id})\n`);
    expect((await ask()).status).toBe(0);
  });

  test.each<[line: string, path: string]>([
    ['org member add JANE --role ORG_OWNER', 'POST /management/v1/orgs/me/members'],
    ['org member add JANE --role ORG_USER_MANAGER', 'PUT /management/v1/orgs/me/members/*'],
    ['org member remove JANE', 'DELETE /management/v1/orgs/me/members/*'],
    ['org domain add LOST', 'POST /management/v1/orgs/me/domains'],
    ['org domain primary LOST', 'POST /management/v1/orgs/me/domains/*'],
    ['org domain primary GENERATED', 'POST /management/v1/orgs/me/domains/*'],
    ['org domain remove LOST', 'DELETE /management/v1/orgs/me/domains/*'],
    ['org deactivate -y', 'POST /management/v1/orgs/me/_deactivate'],
    ['org reactivate', 'POST /management/v1/orgs/me/_reactivate'],
    ['instance domain add localhost LOST', 'POST /system/v1/instances/*/domains'],
    ['instance domain remove localhost LOST', 'DELETE /system/v1/instances/*'],
    ['instance unblock localhost', 'PUT /system/v1/instances/*'],
  ])('%s ends well when its answer is lost', async (line, path) => {
    const words = line.replace('JANE', jane).replace('LOST', `lost.${label}.example`).replace('GENERATED', `acme-${label}.localhost`);
    await faults(`${path}=reset-afterx1`);
    const run = await quick(words);
    expect([run.status, run.stderr]).toEqual([0, expect.not.stringContaining('error')]);
    // It was lost.
    expect(await zitadel.sandbox.control('faults', {})).toMatchObject({ rules: [{ remaining: 0 }] });
    await faults();
  });
});

test('with no current organization a list is that of the account that is signed in, and nothing is changed', async () => {
  const home = zitadel.home();
  const list = await zitadel.quick(['org', 'domain', 'list', '--fields', 'domain'], { home });
  expect(list).toEqual({ status: 0, stdout: 'sandbox.localhost\n', stderr: expect.stringMatching(/^No organization is current: Sandbox/) });
  for (const line of ['org domain add x.example', 'org member remove 42', 'org deactivate -y']) {
    const run = await zitadel.quick(line.split(' '), { home });
    expect([run.status, textError(run).message]).toEqual([2, 'no organization is given, and none is current']);
  }
});

test('several users of one mail address are named', async () => {
  const home = zitadel.home();
  for (const name of ['one', 'two']) {
    const flags = ['--user-name', name, '--first-name', 'X', '--last-name', 'Y', '--email', 'both@acme.example', '--no-use'];
    expect((await zitadel.quick(['org', 'setup', `Mail ${name}`, ...flags], { home })).status).toBe(0);
  }
  const run = await zitadel.quick(['org', 'member', 'add', 'both@acme.example', '--role', 'ORG_OWNER', '--org', 'Mail one'], { home });
  expect([run.status, textError(run)]).toEqual([
    5,
    { message: '"both@acme.example" is the mail address of 2 users', hint: expect.stringMatching(/: \d+ \(one\), \d+ \(two\)$/) },
  ]);
});

test('a person is asked before an organization is deactivated', { tags: ['script'] }, async () => {
  const home = zitadel.home();
  const id = (await zitadel.quick(['org', 'create', 'Asked First', '-q'], { home })).stdout.trim();
  const env = { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
  const person = { sees: 'Deactivate organization Asked First', types: 'y\r' };
  const { status, output } = await onPseudoTerminal(['org', 'deactivate', id], { home, env, person });
  expect([status, output]).toEqual([0, expect.stringContaining(`Deactivated organization Asked First (${id})`)]);
});

test('at Flowkiwi there is nothing of it', async () => {
  const lines = ['org member list', 'org domain list', 'org reactivate', 'instance domain list', 'instance unblock x'];
  const env = { FLOWKIWI_PROVIDER: 'flowkiwi', FLOWKIWI_URL: zitadel.sandbox.url };
  for (const line of lines) {
    const run = await zitadel.quick(line.split(' '), { env });
    expect([run.status, textError(run).message]).toEqual([2, expect.stringMatching(/^this command works only with ZITADEL/)]);
  }
});
