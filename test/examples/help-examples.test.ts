import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, type TestTags, test } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { assertNoSecrets, collect, FLOWKIWI, flowkiwi, newHome } from '../support/flowkiwi.ts';
import { newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type SecretService, startSecretService } from '../support/servers/secret-service.ts';
import { addSystemUser, zitadelHome } from '../support/servers/zitadel.ts';

/** Every example of every command. */
const ALL = [...COMMANDS, ...GROUPS.flatMap(({ commands }) => commands)];
const EXAMPLES = ALL.flatMap(({ examples }) => examples);

/** Examples that cannot be run here as they stand, and why; tests of their own run these commands. */
const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['flowkiwi login', 'a person signs in'],
  ['flowkiwi --profile sandbox login --device', 'a person signs in'],
  ['flowkiwi login --prompt select_account --callback-port 8765', 'a person signs in'],
  ['flowkiwi onboard', 'a person answers'],
  ['flowkiwi sandbox start', 'runs until Ctrl-C, on a port that may be in use'],
  [
    "flowkiwi sandbox start --memory --port 9000 --latency 200 --fault 'POST /api/organizations=503x2'",
    'runs until Ctrl-C, on a port that may be in use',
  ],
  ['flowkiwi sandbox open', 'needs a sandbox on a port that may be in use, and a browser'],
  ['flowkiwi sandbox open --port 9000', 'needs a sandbox on a port that may be in use, and a browser'],
  ["flowkiwi sandbox logs -f --path '/api/*' --status 4xx", 'runs until Ctrl-C'],
  ['flowkiwi sandbox status', 'needs a sandbox on a port that may be in use'],
  ['flowkiwi sandbox status --port 9000 --json', 'needs a sandbox on a port that may be in use'],
  ['flowkiwi sandbox logs', 'needs a sandbox on a port that may be in use'],
  ['flowkiwi auth app create --key-file admin.json', 'needs the key of an administrator'],
  ['flowkiwi auth app create --with-token < admin.pat', 'needs the token of an administrator'],
  ['CLIENT_ID=$(flowkiwi auth app create --key-file admin.json -q)', 'needs the key of an administrator'],
  ['flowkiwi sandbox reset --port 9000 --yes', 'needs a sandbox on a port that may be in use'],
  ['flowkiwi api --instance acme-eu /rest/api/products -f title="First product" -q', 'goes to a host of the real platform'],
]);

const USES_KEYCHAIN = / keyring\b/;
/** Commands that ask first: what a person would answer. */
const ASKS_FIRST = /^flowkiwi (?:org delete|org deactivate|instance transfer|instance delete|instance block|sandbox reset|apply kunden)\b/;
/** Those that are for a profile of ZITADEL, beside those of commands that are for it alone. */
const AT_ZITADEL = /^flowkiwi (?:onboard .*--(?:user-name|machine)|instance create .*--machine|api .*_search)\b/;
const OF_ZITADEL = new Set(ALL.filter(({ isFor }) => !isFor.flowkiwi).flatMap(({ examples }) => examples));
/** What has to be there for an example at ZITADEL, in the order in which it is made. */
const BEFORE_AT_ZITADEL: readonly (readonly [example: RegExp, command: string])[] = [
  [/ instance /, 'instance create Acme --domain acme.example --user-name jane --first-name Jane --last-name Doe --email jane@acme.example'],
  [/ instance domain (?:primary|remove)/, 'instance domain add acme.example login.acme.example'],
  [/ instance unblock/, 'instance block acme.example --yes'],
  [/ org (?!setup)/, 'org setup Acme+Corp --user-name jo --first-name Jo --last-name Doe --email jo@acme.example'],
  [/ org member remove/, 'org member add jane@acme.example --role ORG_OWNER'],
  [/ org domain (?!add)/, 'org domain add acme.example'],
  [/ org reactivate/, 'org deactivate Acme+Corp --yes'],
];
/** Commands that need the handle to be free, or the organization to be empty. */
const WITHOUT_INSTANCE = /\bcreate\b|\bonboard\b|\borg delete\b|handle=acme-eu/;

let sandbox: RunningSandbox;
let service: SecretService | undefined;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => Promise.all([sandbox.stop(), service?.stop()]));

for (const example of EXAMPLES.filter((example) => !NOT_RUN.has(example))) {
  test(example, { tags: needsOf(example) }, async () => {
    if (USES_KEYCHAIN.test(example)) service ??= await startSecretService();
    const { home, env, line } = await prepared(example);
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', line], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [status]] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    if (!example.includes('auth token')) assertNoSecrets(stdout, 'stdout');
    assertNoSecrets(stderr, 'stderr');
  });
}

test('what is not run is an example', () => {
  for (const example of NOT_RUN.keys()) expect(EXAMPLES).toContain(example);
});

function needsOf(example: string): TestTags['needs'][] {
  return [
    'bash',
    ...(example.startsWith('curl') ? (['curl'] as const) : []),
    ...(USES_KEYCHAIN.test(example) ? (['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon'] as const) : []),
  ];
}

/** A user who has what the examples are about: two organizations, an instance, a profile, a token in a file, a script. */
async function prepared(example: string): Promise<Prepared> {
  await sandbox.control('reset', {});
  if (AT_ZITADEL.test(example) || OF_ZITADEL.has(example)) return preparedAtZitadel(example);
  const home = newHome();
  const token = await sandbox.token();
  const created = async (path: string, body: unknown): Promise<string> => {
    const response = await fetch(`${sandbox.url}/api/organizations${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    const document: unknown = await response.json();
    if (response.status !== 201 || !isRecord(document)) throw new Error(`${path} answered with ${response.status}`);
    return String(document['id']);
  };
  const [corp, group] = [await created('', { name: 'Acme Corp' }), await created('', { name: 'Acme Group' })];
  if (!WITHOUT_INSTANCE.test(example)) {
    const instance = await created(`/${corp}/instances`, { name: 'Acme EU', handle: 'acme-eu' });
    await sandbox.control(`instances/${instance}/authorized-organizations`, { organization_id: group });
  }

  const known = [
    { id: corp, name: 'Acme Corp' },
    { id: group, name: 'Acme Group' },
  ];
  const config = {
    version: 1,
    profiles: {
      default: { organizations: { [`${sandbox.url}/`]: { current: corp, known } } },
      ...(!example.includes('profile add') && { work: { url: sandbox.url } }),
    },
  };
  mkdirSync(join(home, '.config', 'flowkiwi'), { recursive: true, mode: 0o700 });
  mkdirSync(join(home, '.config', 'fish', 'completions'), { recursive: true });
  writeFileSync(join(home, '.config', 'flowkiwi', 'config.json'), JSON.stringify(config), { mode: 0o600 });
  writeFileSync(join(home, 'token.txt'), `${token}\n`);
  writeFileSync(join(home, 'customers.csv'), 'organization,instance,handle\nAcme Corp,Acme EU,acme-eu\n');
  writeFileSync(join(home, 'kunden.csv'), 'Kunde;Kürzel\nAcme;acme\nZoë;zoe\n');
  writeFileSync(join(home, 'names.csv'), 'organization\nAcme\nZoë & Söhne\n');
  writeFileSync(join(home, 'onboard.sh'), '#!/bin/sh\nfor attempt in 1 2 3; do flowkiwi org create "Acme Corp" && exit; done\nexit 1\n');
  chmodSync(join(home, 'onboard.sh'), 0o755);

  const machine = example.includes(' login ') ? await newMachine(sandbox) : undefined;
  writeFileSync(join(home, 'key.json'), machine?.keyFile ?? '', { mode: 0o600 });
  writeFileSync(join(home, 'secret.txt'), machine?.clientSecret ?? '', { mode: 0o600 });

  return {
    home,
    env: {
      PATH: pathOf(home),
      SHELL: '/bin/bash',
      HOME: home,
      FLOWKIWI_URL: sandbox.url,
      FLOWKIWI_TOKEN: token,
      URL: sandbox.url,
      ORG: corp,
      ...machine?.job,
      ...service?.env,
    },
    // The ids in the examples are nobody's.
    line: withAnswer(example)
      .replace(/0196f3a0-1111-7000-8000-000000000001/, corp)
      .replace(/0196f3a0-1111-7000-8000-000000000002/, group)
      .replace('--client-id onboarding', `--client-id ${machine?.clientId}`),
  };
}

function withAnswer(example: string): string {
  const line = example.startsWith('flowkiwi apply kunden') ? `${example} --first-run` : example;
  return ASKS_FIRST.test(example) && !example.includes('--yes') ? `${line} --yes` : line;
}

interface Prepared {
  readonly home: string;
  readonly env: Record<string, string>;
  readonly line: string;
}

/** A user of ZITADEL who has what the examples are about: a profile with a system user, an instance, a request in a file. */
async function preparedAtZitadel(example: string): Promise<Prepared> {
  await addSystemUser(sandbox);
  const home = zitadelHome(sandbox.url);
  const token = { FLOWKIWI_TOKEN: await sandbox.token() };
  const run = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await flowkiwi(args, { home, env: token });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  let id = '';
  for (const [wanted, command] of BEFORE_AT_ZITADEL.filter(([before]) => before.test(example) && !/ create /.test(example))) {
    const made = await run(...command.split(' ').map((word) => word.replace('+', ' ')), '-q');
    if (/ create | setup /.test(` ${command}`) && wanted.test(example)) id = made;
  }
  if (/ org member /.test(example)) id = JSON.parse(await run('org', 'member', 'list', '--json'))[0].id;
  const human = { userName: 'jane', profile: { firstName: 'Jane', lastName: 'Doe' }, email: { email: 'jane@acme.example' } };
  writeFileSync(join(home, 'setup.json'), JSON.stringify({ org: { name: 'Acme' }, human }));
  const env = { PATH: pathOf(home), SHELL: '/bin/bash', HOME: home, ...token };
  return { home, env, line: withAnswer(example).replace(/288934501122441273/, id) };
}

/** The search path of a user who has flowkiwi installed. */
function pathOf(home: string): string {
  mkdirSync(join(home, 'bin'));
  symlinkSync(FLOWKIWI, join(home, 'bin', 'flowkiwi'));
  return [join(home, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
}
