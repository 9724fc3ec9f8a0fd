import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { BEHAVIOURS, BUILT_ONLY, CALLS, succeeding } from '../support/every-command.ts';
import { jsonError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { readOutputs } from '../support/runner-outputs.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { INSTANCE_ID, ORGANIZATION_ID, startSteadyServer } from '../support/servers/steady-server.ts';

/** A name that would set outputs of its own. */
const FORGING = 'Acme\nid=forged\nEOF\nname<<EOF\nforged\r';

let server: ScriptedServer;
let sandbox: RunningSandbox;

beforeAll(async () => {
  [server, sandbox] = await Promise.all([
    startSteadyServer({ organization: FORGING, instances: { 'acme-eu': 'Acme EU' } }),
    startSandbox(),
  ]);
});

afterAll(async () => {
  server?.close();
  await sandbox?.stop();
});

/** A file as the runner makes it for a step. */
function newOutput(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-output-')), 'set_output');
  writeFileSync(path, '');
  return path;
}

const outputsIn = (path: string) => readOutputs(readFileSync(path, 'utf8'));
const environment = (GITHUB_OUTPUT: string) => ({ FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'x', GITHUB_OUTPUT });

test('a step sets outputs that the runner reads, whatever a name has in it', async () => {
  const [path, home] = [newOutput(), newHome()];
  const options = { home, env: environment(path) };
  const outputs = ['--github-output', 'org_id=id', '--github-output', 'org-name=name', '--github-output', 'owners=owners'];
  const created = await flowkiwi(
    ['org', 'create', 'Acme', '--if-exists', 'skip', '--first-run', ...outputs, '--github-output', 'new=created', '-q'],
    options,
  );
  expect(created).toEqual({ status: 0, stdout: `${ORGANIZATION_ID}\n`, stderr: '' });
  const read = await flowkiwi(['instance', 'get', 'acme-eu', '--github-output=host=product_management_url', '--json'], options);
  expect([read.status, read.stderr, JSON.parse(read.stdout)]).toMatchObject([0, '', { id: INSTANCE_ID }]);
  const { owners, ...others } = outputsIn(path);
  expect(others).toEqual({
    ...{ org_id: ORGANIZATION_ID, 'org-name': FORGING, new: 'true' },
    host: `http://acme-eu.product-management.localhost:${new URL(server.url).port}`,
  });
  expect(JSON.parse(owners ?? '')).toMatchObject([{ name: FORGING, role: 'owner' }]);
});

const PRINTING = new Set([
  ...COMMANDS.flatMap(({ name, printsResource }) => (printsResource ? [name] : [])),
  ...GROUPS.flatMap(({ name, commands }) => commands.flatMap((command) => (command.printsResource ? [`${name} ${command.name}`] : []))),
]);

/** What stands for the id of a resource, by the noun. */
const FIELDS: Readonly<Record<string, string>> = { profile: 'name', domain: 'domain', app: 'client_id' };

describe.concurrent('every command', () => {
  test.each(Object.entries(BEHAVIOURS).filter(([call]) => PRINTING.has(call)))('%s sets an output', async (call, behaviour) => {
    const field = behaviour.ids[0] === 'default' ? 'profile' : (FIELDS[call.split(' ').at(-2) ?? ''] ?? 'id');
    const { args, options } = succeeding(call, behaviour, { url: server.url, sandbox: sandbox.url }, ['--github-output', `it=${field}`]);
    const path = newOutput();
    const run = await inProcess(args, { ...options, env: { ...options.env, GITHUB_OUTPUT: path } });
    expect(run.status).toBe(0);
    expect(outputsIn(path)).toEqual({ it: behaviour.ids[0] });
  });

  test.each(CALLS.filter((call) => !PRINTING.has(call) && !BUILT_ONLY.includes(call)))(
    '%s prints no single resource, and does nothing',
    async (call) => {
      const before = server.log.length;
      const run = await inProcess(
        [
          ...call.split(' '),
          ...(call === 'sandbox exec' ? ['--json', '--github-output', 'it=id', '--', 'true'] : ['--json', '--github-output', 'it=id']),
        ],
        {
          env: environment(newOutput()),
        },
      );
      expect([run.status, jsonError(run)]).toMatchObject([2, { message: expect.stringContaining('commands that print one resource') }]);
      expect(server.log.length).toBe(before);
    },
  );
});

describe('nothing is done', () => {
  const ID = ['--github-output', 'id=id'];
  test.each<[what: string, env: Readonly<Record<string, string>>, args: readonly string[], message: RegExp]>([
    ['without a file', { GITHUB_OUTPUT: '' }, ID, /^--github-output needs GITHUB_OUTPUT/],
    ['for a file that is not there', { GITHUB_OUTPUT: '/nope/output' }, ID, /cannot be written \(ENOENT\): \/nope\/output$/],
    ['for a folder', { GITHUB_OUTPUT: '/tmp' }, ID, /cannot be written \(EISDIR\)/],
    ['for what is no file', { GITHUB_OUTPUT: '/dev/null' }, ID, /does not name a file/],
    ['for a field that there is not', {}, ['--github-output', 'id=nme'], /^unknown field "nme"; did you mean "name"\?$/],
    ['for no field', {}, ['--github-output', 'id'], /^--github-output takes NAME=FIELD, not "id"$/],
    ['for a name that no expression can have', {}, ['--github-output', 'my id=id'], /takes NAME=FIELD/],
    ['for a name that is there twice', {}, [...ID, '--github-output', 'ID=name'], /names ID twice$/],
  ])('%s', async (_what, env, args, message) => {
    const before = server.log.length;
    const run = await inProcess(['org', 'create', 'Acme', '--json', ...args], { env: { ...environment(newOutput()), ...env } });
    expect([run.status, jsonError(run)]).toMatchObject([2, { code: 'usage', message: expect.stringMatching(message) }]);
    expect(server.log.length).toBe(before);
  });

  test('for a secret', async () => {
    const run = await inProcess(
      ['instance', 'create', 'A', '--machine', 'M', '--machine-user-name', 'm', '--json', '--github-output', 'pat=pat'],
      { env: { ...environment(newOutput()), FLOWKIWI_PROVIDER: 'zitadel' } },
    );
    expect([run.status, jsonError(run)]).toMatchObject([2, { message: expect.stringMatching(/^pat is a secret/) }]);
  });
});

test.each<[args: readonly string[], status: number, outputs: Readonly<Record<string, string>>]>([
  [[`/api/organizations/${ORGANIZATION_ID}`], 0, { it: FORGING }],
  [[`/api/organizations/${ORGANIZATION_ID}`, '--fields', 'id'], 0, { it: FORGING }],
  [[`/api/organizations/${ORGANIZATION_ID}/instances`], 2, {}],
  [['--paginate', `/api/organizations/${ORGANIZATION_ID}/instances`], 2, {}],
])('api %j', async (args, status, outputs) => {
  const path = newOutput();
  const run = await inProcess(['api', ...args, '--github-output', 'it=name'], { env: environment(path) });
  expect(run.status).toBe(status);
  expect(outputsIn(path)).toEqual(outputs);
});
