import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, EXIT_STATUS } from '../../src/errors.ts';
import { jsonError, textError } from '../support/failure.ts';
import { collect, environmentOf, FLOWKIWI, flowkiwi, newHome, type Run, type RunOptions, secret, start } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type HostileServer, ORGANIZATION, type Scenario, startHostileServer } from '../support/servers/hostile-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const ID = ORGANIZATION.id;
const GET = ['org', 'get', ID];
const CREATE = ['org', 'create', 'Acme Corp', '--no-use'];
const CREATE_INSTANCE = ['instance', 'create', 'Acme EU', '--handle', 'acme-eu', '--org', ID];
const LIST = ['instance', 'list', '--org', ID];
const QUICK = ['--timeout', '3s'];

let hostile: HostileServer;
let sandbox: RunningSandbox;
const FAKE_TOKEN = secret('hostile-token-0123456789');

beforeAll(async () => {
  [hostile, sandbox] = await Promise.all([startHostileServer(), startSandbox()]);
});

afterAll(() => Promise.all([hostile.close(), sandbox.stop()]));

/** What the built command has failed with so far: once with each code. */
const shown = new Set<ErrorCode>();

/** Runs a command twice, for a person and for a script, and checks both forms of the same failure. The first of each code is the built command's. */
async function fails(code: ErrorCode, args: readonly string[], options: RunOptions): Promise<{ text: Run; json: Run; status: unknown }> {
  const run = shown.has(code) ? inProcess : flowkiwi;
  shown.add(code);
  const [text, json] = await Promise.all([run(args, options), inProcess([...args, '--json'], options)]);
  const error = jsonError(json);
  expect({ code: error['code'], exit: json.status }).toEqual({ code, exit: EXIT_STATUS[code] });
  expect(text.status).toBe(EXIT_STATUS[code]);
  expect(textError(text)).toEqual({ message: error['message'], hint: error['hint'] });
  return { text, json, status: error['status'] };
}

describe.concurrent('answers of a server', () => {
  test.each<[scenario: Scenario, args: readonly string[], code: ErrorCode, status: number | null, words: string, requests: number]>([
    ['status-400', CREATE, 'invalid', 400, 'Syntax error', 1],
    ['status-422', CREATE, 'invalid', 422, 'name: Too long.', 1],
    ['status-418', GET, 'invalid', 418, 'A teapot', 1],
    ['status-401', GET, 'auth', 401, 'as a personal access token) was not accepted: Expired JWT Token', 1],
    ['status-403', GET, 'forbidden', 403, 'Access Denied.', 1],
    ['status-403', CREATE_INSTANCE, 'forbidden', 403, 'Access Denied.', 1],
    ['status-404', GET, 'not_found', 404, 'Not Found', 1],
    ['status-410', GET, 'not_found', 410, 'Gone', 1],
    ['status-409', CREATE, 'conflict', 409, 'The organization is not empty.', 1],
    ['status-409', CREATE_INSTANCE, 'conflict', 409, 'acme-eu is already taken', 1],
    ['status-429', GET, 'rate_limited', 429, 'Too many', 4],
    ['status-429', CREATE, 'rate_limited', 429, 'Too many', 4],
    ['status-500', GET, 'unavailable', 500, 'Internal Server Error', 1],
    ['status-501', LIST, 'unavailable', 501, 'Not Implemented', 1],
    ['status-503', GET, 'unavailable', 503, 'Maintenance', 4],
    ['status-503', CREATE, 'unavailable', 503, 'Maintenance', 4],
    ['status-500', CREATE, 'unknown_outcome', 500, 'may or may not have been created: the server answered with status 500: Internal', 1],
    ['status-502', GET, 'unavailable', 502, 'web page', 4],
    ['status-502', CREATE, 'unknown_outcome', 502, 'may or may not have been created', 1],
    ['status-504', CREATE_INSTANCE, 'unknown_outcome', 504, 'may or may not have been created', 4],
    ['html', GET, 'unavailable', 200, 'web page', 1],
    ['html', LIST, 'unavailable', 200, 'web page', 1],
    ['html', CREATE, 'unknown_outcome', 200, 'web page', 1],
    ['empty', GET, 'unavailable', 200, 'empty', 1],
    ['empty', CREATE, 'unknown_outcome', 200, 'empty', 1],
    ['garbage', GET, 'unavailable', 200, "not the API's JSON", 1],
    ['garbage', CREATE, 'unknown_outcome', 200, "not the API's JSON", 1],
    ['not-http', GET, 'unavailable', null, 'not valid HTTP', 1],
    ['not-http', CREATE, 'unknown_outcome', null, 'not valid HTTP', 1],
    ['half-json', GET, 'unavailable', 200, "not the API's JSON", 1],
    ['half-json', CREATE, 'unknown_outcome', 200, "not the API's JSON", 1],
    ['truncated', GET, 'unavailable', null, 'closed the connection', 4],
    ['truncated', CREATE_INSTANCE, 'unknown_outcome', null, 'closed the connection', 4],
    ['wrong-shape', GET, 'unavailable', 200, 'something else', 1],
    ['wrong-shape', CREATE, 'unknown_outcome', 200, 'something else', 1],
    ['wrong-shape', LIST, 'unavailable', 200, 'something else', 1],
    ['null', GET, 'unavailable', 200, 'something else', 1],
    ['deep', GET, 'unavailable', 200, 'something else', 1],
    ['gigabyte', GET, 'unavailable', null, 'larger than 16 MiB', 1],
    ['gigabyte', CREATE, 'unknown_outcome', null, 'larger than 16 MiB', 1],
    ['endless', GET, 'unavailable', null, 'larger than 16 MiB', 1],
    ['silence', [...GET, ...QUICK], 'unavailable', null, 'no answer', 1],
    ['silence', [...CREATE, ...QUICK], 'unknown_outcome', null, 'no answer', 1],
    ['reset', GET, 'unavailable', null, 'closed the connection', 4],
    ['reset', CREATE, 'unknown_outcome', null, 'may or may not have been created', 1],
    ['reset', CREATE_INSTANCE, 'unknown_outcome', null, 'may or may not have been created', 4],
    ['elsewhere', GET, 'unavailable', null, 'where the credential is not sent', 1],
    ['elsewhere', CREATE, 'unavailable', null, 'where the credential is not sent', 1],
    ['loop', GET, 'unavailable', null, 'redirects more than 5 times', 6],
  ])('%s to %j: %s', async (scenario, args, code, status, words, requests) => {
    const key = `${args.join('-').replaceAll(/[^a-z0-9-]/gi, '')}`;
    const env = { FLOWKIWI_URL: hostile.url(scenario, key), FLOWKIWI_TOKEN: FAKE_TOKEN };
    const failure = await fails(code, args, { env });
    expect(failure.text.stderr).toContain(words);
    expect(failure.status).toBe(status);
    // Twice, because the command ran twice: a read is repeated three times, and so are a create that was refused for the moment and one of an instance.
    const method = args.includes('create') ? 'POST' : 'GET';
    expect(hostile.requests(scenario, key).filter((request) => request.method === method)).toHaveLength(requests * 2);
  });

  test.each<[args: readonly string[], message: string, detail: string]>([
    [CREATE_INSTANCE, 'the handle acme-eu is already taken', 'The organization is not empty.'],
    [CREATE, 'cannot create the organization: The organization is not empty.', 'The organization is not empty.'],
  ])('the words of the server are there, beneath ours or in them: %j', async (args, message, detail) => {
    const env = { FLOWKIWI_URL: hostile.url('status-409', 'words'), FLOWKIWI_TOKEN: FAKE_TOKEN };
    const { stderr } = await flowkiwi(args, { env });
    const beneath = message.includes(detail) ? '' : `  ${detail}\n`;
    expect(stderr).toContain(`error: ${message}\n${beneath}  request id: request-409\nhint: `);
    expect(jsonError(await flowkiwi([...args, '--json'], { env }))).toMatchObject({ message, detail, retry_after: null });
  });

  test('an unknown outcome says what to check', async () => {
    const env = { FLOWKIWI_URL: hostile.url('reset', 'check'), FLOWKIWI_TOKEN: FAKE_TOKEN };
    const organization = await flowkiwi(CREATE, { env });
    expect(organization.stderr).toMatch(/^error: organization "Acme Corp" may or may not have been created: .+\nhint: look for it .+\n$/);
    const instance = await flowkiwi(CREATE_INSTANCE, { env });
    expect(instance.stderr).toContain(`hint: see whether it is there: flowkiwi instance get acme-eu --org ${ID}\n`);
  });

  test('a server that recovers is asked until it does', async () => {
    const env = { FLOWKIWI_URL: hostile.url('recovers'), FLOWKIWI_TOKEN: FAKE_TOKEN };
    const { status, stdout } = await flowkiwi([...GET, '-q'], { env });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${ID}\n` });
    expect(hostile.requests('recovers')).toHaveLength(3);
  });

  test('the id of the request is shown, for the people of the server', async () => {
    const env = { FLOWKIWI_URL: hostile.url('status-500', 'id'), FLOWKIWI_TOKEN: FAKE_TOKEN };
    expect(jsonError(await flowkiwi([...GET, '--json'], { env }))['request_id']).toBe('request-500');
  });
});

describe.concurrent('hostile text', () => {
  // What a terminal would act on, or a reader take for a line of ours.
  const dangerous = /[\p{Cc}\u202a-\u202e\u2028\u2029]/u;

  test.each<[format: string, flags: readonly string[]]>([
    ['tab-separated', []],
    ['table', ['-o', 'table']],
    ['yaml', ['-o', 'yaml']],
    ['json', ['--json']],
    ['chosen fields', ['--fields', 'name']],
    ['ids', ['-q']],
  ])('a name with escape sequences as %s', async (_format, flags) => {
    const env = { FLOWKIWI_URL: hostile.url('escapes'), FLOWKIWI_TOKEN: FAKE_TOKEN };
    const { status, stdout, stderr } = await flowkiwi([...GET, ...flags], { env });
    expect(status).toBe(0);
    for (const line of `${stdout}${stderr}`.split('\n')) expect(line.replaceAll('\t', '')).not.toMatch(dangerous);
    if (flags.includes('--json')) expect(JSON.parse(stdout).name).toContain('\u001b[2J');
  });

  test.each([[CREATE], [CREATE_INSTANCE], [['instance', 'list', '--org', ID, '--debug']]])(
    'an error with escape sequences for %j',
    async (args) => {
      const env = { FLOWKIWI_URL: hostile.url('escapes-error'), FLOWKIWI_TOKEN: FAKE_TOKEN };
      for (const [flags, run] of [
        [[], flowkiwi],
        [['--json'], inProcess],
      ] as const) {
        const { status, stdout, stderr } = await run([...args, ...flags], { env });
        expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
        for (const line of stderr.split('\n')) {
          expect(line).not.toMatch(dangerous);
          expect(line).not.toMatch(/^(error|hint): forged/);
        }
      }
    },
  );
});

describe.concurrent('what needs no server, or a real one', () => {
  test.each<[what: string, code: ErrorCode, args: readonly string[]]>([
    ['an unknown command', 'usage', ['organisation']],
    ['a missing argument', 'usage', ['org', 'create', '--no-input']],
    ['too many arguments', 'usage', ['org', 'create', 'a', 'b']],
    ['a bad duration', 'usage', ['org', 'get', 'x', '--timeout', 'soon']],
    ['an unknown profile', 'usage', ['org', 'get', 'x', '--profile', 'nobody']],
    ['no organization', 'usage', ['instance', 'list']],
    ['nobody to sign in', 'usage', ['login', '--no-input']],
    ['a port that is none', 'usage', ['sandbox', 'start', '--port', '99999999']],
    ['a host that is not this machine', 'usage', ['sandbox', 'start', '--host', '0.0.0.0', '--memory']],
    ['two forms of output', 'usage', ['org', 'get', 'x', '-q', '-o', 'yaml']],
    ['an empty name', 'usage', ['org', 'create', ' ']],
    ['a bad handle', 'invalid', ['instance', 'create', 'A', '--handle', 'Acme']],
    ['a data file that is a folder', 'invalid', ['sandbox', 'start', '--port', '0', '--data', '/']],
    ['not signed in', 'auth', ['org', 'get', 'x']],
    ['not signed in: token', 'auth', ['auth', 'token']],
    ['not signed in: onboard', 'auth', ['onboard', '--org-name', 'O', '--instance-name', 'I', '--handle', 'h', '--no-input']],
    ['onboard without its names', 'usage', ['onboard', '--no-input']],
    ['an empty token', 'invalid', ['login', '--with-token']],
  ])('%s: %s', async (_what, code, args) => {
    // A format given twice is what one of them is about.
    if (args.includes('-o')) {
      const run = await flowkiwi(args);
      expect(run.status).toBe(EXIT_STATUS[code]);
      textError(run);
      return;
    }
    await fails(code, args, {});
  });

  test('nobody listens', async () => {
    const env = { FLOWKIWI_URL: 'http://127.0.0.1:1', FLOWKIWI_TOKEN: FAKE_TOKEN };
    // Nothing was sent, so a create is as safe to run again as a read.
    for (const args of [GET, CREATE]) expect((await fails('unavailable', args, { env })).text.stderr).toContain('connection refused');
  });

  test('not there', async () => {
    const env = await sandbox.environment();
    await fails('not_found', GET, { env });
    await fails('not_found', ['instance', 'get', 'acme-eu', '--org', ID], { env });
    await fails('not_found', CREATE_INSTANCE, { env });
  });

  test('a handle that is taken, and an organization of somebody else', async () => {
    const env = await sandbox.environment();
    const org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env })).stdout.trim();
    const create = ['instance', 'create', 'Acme EU', '--handle', 'taken-twice', '--org', org];
    expect((await flowkiwi(create, { env })).status).toBe(0);
    const { text } = await fails('conflict', create, { env });
    expect(text.stderr).toContain('the handle taken-twice is already taken');
    const stranger = await sandbox.environment('stranger@acme.example');
    await fails('forbidden', ['org', 'get', org], { env: stranger });
  });

  test('no command: the overview, on stderr, and usage; as JSON an error', async () => {
    const text = await flowkiwi([]);
    expect(text).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Start here:') });
    const json = await flowkiwi(['--json']);
    expect({ exit: json.status, code: jsonError(json)['code'] }).toEqual({ exit: 2, code: 'usage' });
  });

  test('a status that is bad is shown, to a script too, and is a failure all the same', async () => {
    const text = await flowkiwi(['auth', 'status']);
    expect(text).toMatchObject({
      status: 4,
      stdout: expect.stringContaining('https://identity.flowkiwi.net'),
      stderr: expect.stringContaining('not signed in'),
    });
    const json = await flowkiwi(['auth', 'status', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ profile: 'default', signed_in: false, user: null });
    expect({ exit: json.status, code: jsonError({ ...json, stdout: '' })['code'] }).toEqual({ exit: 4, code: 'auth' });
  });

  test('a full disk: internal, without a stack trace', async () => {
    for (const flags of ['', '--json']) {
      const script = `exec "$NODE" "$FLOWKIWI" help output ${flags} > /dev/full`;
      const shell = spawn('sh', ['-c', script], { env: { ...environmentOf(newHome()), NODE: process.execPath, FLOWKIWI } });
      const [stderr, [status]] = await Promise.all([collect(shell.stderr), once(shell, 'close')]);
      const run = { status, stdout: '', stderr };
      expect(status).toBe(EXIT_STATUS.internal);
      if (flags === '') expect(textError(run).message).toBe('the output cannot be written (ENOSPC)');
      else expect(jsonError(run)['code']).toBe('internal');
    }
  });

  test('what cannot be said on stderr changes nothing', async () => {
    const env = { ...environmentOf(newHome()), NODE: process.execPath, FLOWKIWI, ...(await sandbox.environment()) };
    for (const [command, expected] of [
      ['org create Quiet --no-use', 0],
      ['org creat', 2],
    ] as const) {
      const shell = spawn('sh', ['-c', `exec "$NODE" "$FLOWKIWI" ${command} 2> /dev/full`], { env });
      const [stdout, [status]] = await Promise.all([collect(shell.stdout), once(shell, 'close')]);
      expect({ status, said: stdout !== '' }).toEqual({ status: expected, said: expected === 0 });
    }
  });

  test('a port in use', async () => {
    const port = new URL(sandbox.url).port;
    await fails('conflict', ['sandbox', 'start', '--memory', '--port', port], {});
  });

  test('a sign-in that nobody finishes', async () => {
    const args = ['login', '--no-browser', '--timeout', '5s'];
    const [text, json] = await Promise.all(
      [args, [...args, '--json']].map((words) => flowkiwi(words, { env: { FLOWKIWI_URL: sandbox.url } })),
    );
    // The URL is printed in every format, before the one line of the error.
    expect(text).toMatchObject({ status: 6, stdout: '', stderr: expect.stringContaining('\nerror: nobody finished signing in within') });
    expect(json).toMatchObject({ status: 6, stdout: '' });
    expect(JSON.parse(json?.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'timeout' } });
  });

  test.each([
    ['SIGINT', 'interrupted'],
    ['SIGTERM', 'terminated'],
  ] as const)('%s: %s', async (signal, code) => {
    for (const flags of [[], ['--json']]) {
      const key = `${signal}${flags.length}`;
      const child = start([...GET, ...flags], { env: { FLOWKIWI_URL: hostile.url('silence', key), FLOWKIWI_TOKEN: FAKE_TOKEN } });
      const output = Promise.all([collect(child.stdout), collect(child.stderr), once(child, 'close')]);
      await hostile.arrival('silence', key);
      child.kill(signal);
      const [stdout, stderr, [status]] = await output;
      expect({ status, stdout }).toEqual({ status: EXIT_STATUS[code], stdout: '' });
      if (flags.length === 0) expect(stderr).toBe(`error: ${code}\n`);
      else expect(jsonError({ status, stdout, stderr })['code']).toBe(code);
    }
  });
});
