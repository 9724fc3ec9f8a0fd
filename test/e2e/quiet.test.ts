import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { BEHAVIOURS, BUILT_ONLY, homeThatKnows, type Place, succeeding } from '../support/every-command.ts';
import { collect, FLOWKIWI, flowkiwi, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import type { ScriptedServer } from '../support/servers/scripted-server.ts';
import { ORGANIZATION_ID, startSteadyServer } from '../support/servers/steady-server.ts';

/** More than a pipe holds, whichever command lists them. */
const MANY = 40;
const LONG_NAME = 'A name without an end. '.repeat(150);

let server: ScriptedServer;
let crowded: ScriptedServer;
let sandbox: RunningSandbox;
let crowdedHome: string;

beforeAll(async () => {
  [server, crowded, sandbox] = await Promise.all([
    startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU' } }),
    startSteadyServer({
      organization: LONG_NAME,
      instances: Object.fromEntries(Array.from({ length: MANY }, (_, index) => [`many-${'x'.repeat(index)}`, LONG_NAME])),
    }),
    startSandbox(),
  ]);
  const known = Array.from({ length: MANY }, (_, index) => ({ id: ORGANIZATION_ID.replace(/01$/, String(index + 10)), name: LONG_NAME }));
  crowdedHome = homeThatKnows(crowded.url, known);
});

afterAll(async () => {
  server?.close();
  crowded?.close();
  await sandbox?.stop();
});

const place = (): Place => ({ url: server.url, sandbox: sandbox.url, secret: sandbox.secret });
const TABLE = Object.entries(BEHAVIOURS);

/** The same without a process, for the other forms of what a process has shown. */
function quick(call: string, more: readonly string[]): Promise<Run> {
  return run(call, more, BUILT_ONLY.includes(call) ? flowkiwi : inProcess);
}

function run(call: string, more: readonly string[], runner = flowkiwi): Promise<Run> {
  const behaviour = BEHAVIOURS[call];
  if (!behaviour) throw new Error(`there is no command ${call}`);
  const { args, options } = succeeding(call, behaviour, place(), more);
  return runner(args, options);
}

describe.concurrent('every command', () => {
  test.each(TABLE)('%s -q prints ids, one a line, and nothing else', async (call, { ids }) => {
    const quiet = await run(call, ['-q']);
    const stdout = ids === 'text' ? (await quick(call, [])).stdout : ids.map((id) => `${id === 'SANDBOX' ? sandbox.url : id}\n`).join('');
    expect(quiet).toEqual({ status: 0, stdout, stderr: expect.not.stringMatching(/^(?!warning: )./m) });
    if (ids === 'text') expect(stdout).not.toBe('');
  });

  test.each(TABLE)('%s says the same in YAML and in JSON', async (call) => {
    const forms = await Promise.all(['yaml', 'json'].map((format) => quick(call, ['-o', format])));
    expect(forms.map(({ status }) => status)).toEqual([0, 0]);
    // The path of a file is another one in each home folder.
    const [yaml = '', json = ''] = forms.map(({ stdout }) => stdout.replace(/flowkiwi-home-\w+/, 'home'));
    expect(parseYaml(yaml)).toEqual(JSON.parse(json));
  });
});

/** Runs a line of bash with the command as `flowkiwi`, whose status is that of the whole pipe. */
async function shell(line: string): Promise<Run> {
  const child = spawn('bash', ['-c', `set -o pipefail; flowkiwi() { "$NODE" "$FLOWKIWI" "$@"; }; ${line}; exit "\${PIPESTATUS[0]}"`], {
    env: {
      PATH: process.env['PATH'],
      HOME: crowdedHome,
      NODE: process.execPath,
      FLOWKIWI,
      FLOWKIWI_URL: crowded.url,
      FLOWKIWI_TOKEN: 'steady-token',
    },
  });
  const [stdout, stderr, [status]] = await Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}

describe.concurrent('a listing of which only the beginning is read ends quietly', { tags: ['bash'] }, () => {
  const LISTINGS = ['org list', 'instance list', 'tree', `api --paginate /api/organizations/${ORGANIZATION_ID}/instances`];
  const FORMS = ['', '--json', '-o yaml', '-o table', '-o tsv'];
  test.each(LISTINGS.flatMap((listing) => FORMS.map((form) => `${listing} ${form}`.trim())))('flowkiwi %s | head -1', async (line) => {
    const { status, stdout, stderr } = await shell(`flowkiwi ${line} | head -1`);
    expect({ status, stderr, lines: stdout.split('\n').length }).toEqual({ status: 0, stderr: '', lines: 2 });
  });

  // A pipe takes the whole of these before anybody reads.
  const SHORT = [
    'profile list',
    'profile list --json',
    'tree -q',
    'org list -q',
    'instance list -q',
    'completion bash',
    'help',
    'help --json',
  ];
  test.each([
    ...SHORT,
    'auth status',
    'org get',
    'org get --json',
    'api /api/organizations/x -o tsv',
    '--help',
    'help org create',
    '--version',
  ])('flowkiwi %s, read by nobody', async (line) => {
    expect(await shell(`flowkiwi ${line} | true`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
