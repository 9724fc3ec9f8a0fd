import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { httpServer } from '../support/servers/loopback.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

async function start(args: readonly string[]): Promise<RunningSandbox> {
  const sandbox = await startSandbox(args);
  onTestFinished(async () => void (await sandbox.stop()));
  return sandbox;
}

/** Creates an organization; its id. */
async function create(sandbox: RunningSandbox): Promise<string> {
  const { stdout } = await inProcess(['org', 'create', 'Acme', '-q'], { env: await sandbox.environment() });
  return stdout.trim();
}

async function isThere(sandbox: RunningSandbox, id: string): Promise<boolean> {
  return (await inProcess(['org', 'get', id], { env: await sandbox.environment() })).status === 0;
}

const portOf = ({ url }: RunningSandbox) => new URL(url).port;
const secretOf = ({ secret = '' }: RunningSandbox) => ({ env: { FLOWKIWI_SANDBOX_SECRET: secret } });

describe('a sandbox that runs', () => {
  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  beforeEach(() => sandbox.control('reset', {}));

  afterAll(() => sandbox.stop());

  test('is emptied by its port, and people stay signed in', async () => {
    const [id, env] = [await create(sandbox), await sandbox.environment()];
    const { status, stdout, stderr } = await flowkiwi(['sandbox', 'reset', '--port', portOf(sandbox), '--yes'], secretOf(sandbox));
    expect([status, stdout, stderr]).toEqual([0, '', `Deleted 1 organization and 0 instances of the sandbox ${sandbox.url}\n`]);
    expect(await isThere(sandbox, id)).toBe(false);
    expect((await flowkiwi(['org', 'create', 'Again'], { env })).status).toBe(0);
  });

  test('is told in JSON', async () => {
    await create(sandbox);
    const { stdout, stderr } = await flowkiwi(['sandbox', 'reset', '--port', portOf(sandbox), '--yes', '--json'], secretOf(sandbox));
    expect([JSON.parse(stdout), stderr]).toEqual([{ sandbox: sandbox.url, organizations: 1, instances: 0 }, '']);
  });

  test('keeps everything when its file is named', async () => {
    const data = join(newHome(), 'sandbox.db');
    const onDisk = await start(['--data', data]);
    const id = await create(onDisk);
    const { status, stderr } = await flowkiwi(['sandbox', 'reset', '--data', data, '--yes']);
    expect([status, stderr]).toEqual([5, expect.stringContaining('hint: name the sandbox that has it open by its port')]);
    expect(await isThere(onDisk, id)).toBe(true);
  });

  test('is given up when it does not answer within --timeout', async () => {
    const asked: (string | undefined)[] = [];
    const { url } = await httpServer((request, response) => {
      asked.push(request.url);
      if (request.url === '/_sandbox/health') response.end('{"status":"ok"}');
    });
    const run = await flowkiwi(['sandbox', 'reset', '--port', url.port, '--yes', '--timeout', '3s', '--debug']);
    expect(run.status).toBe(75);
    expect(run.stderr).toContain(`error: the sandbox ${url.origin} does not answer: no answer from ${url.origin} within 3 s`);
    expect(run.stderr).toContain(`> POST ${url.origin}/_sandbox/reset`);
    expect(asked).toEqual(['/_sandbox/health', '/_sandbox/reset']);
  });

  test.each([
    [204, ''],
    [200, '{}'],
    [200, '<html>'],
    [500, '{"organizations":1,"instances":1}'],
  ])('says nothing of what it deleted: status %i, %j', async (status, body) => {
    const { url } = await httpServer((request, response) => {
      if (request.url === '/_sandbox/health') response.end('{"status":"ok"}');
      else response.writeHead(status).end(body);
    });
    const run = await flowkiwi(['sandbox', 'reset', '--port', url.port, '--yes']);
    expect([run.status, run.stderr]).toEqual([75, expect.stringContaining(`(status ${status})`)]);
  });

  test('a person is asked, and Enter means no', { tags: ['tmux'] }, async () => {
    const id = await create(sandbox);
    const args = ['sandbox', 'reset', '--port', portOf(sandbox)];
    const first = openTerminal(args, secretOf(sandbox));
    await first.shows(`Delete every organization and instance of the sandbox ${sandbox.url}?`);
    first.press('Enter');
    expect((await first.ended()).status).toBe(130);
    expect(await isThere(sandbox, id)).toBe(true);
    const second = openTerminal(args, secretOf(sandbox));
    await second.shows('Delete every organization');
    second.type('y');
    second.press('Enter');
    expect((await second.ended()).status).toBe(0);
    expect(await isThere(sandbox, id)).toBe(false);
  });
});

describe('a sandbox that does not run', () => {
  test('is emptied by its file', async () => {
    const data = join(newHome(), 'sandbox.db');
    const first = await startSandbox(['--data', data]);
    const id = await create(first);
    await first.stop();
    const { status, stderr } = await flowkiwi(['sandbox', 'reset', '--data', data, '--yes']);
    expect([status, stderr]).toEqual([0, `Deleted 1 organization and 0 instances of the sandbox ${data}\n`]);
    const second = await start(['--data', data]);
    expect(await isThere(second, id)).toBe(false);
  });

  test('has to have the file that is named, and the file is not made', async () => {
    const data = join(newHome(), 'none.db');
    const { status, stderr } = await flowkiwi(['sandbox', 'reset', '--data', data, '--yes']);
    expect([status, stderr]).toEqual([3, expect.stringContaining(`there is no file ${data}\nhint: `)]);
    expect(existsSync(data)).toBe(false);
  });
});

test.each<[statement: string, args: readonly string[], status: number, stderr: RegExp]>([
  [
    'no person to ask',
    [],
    2,
    /deleting every organization and instance needs confirmation, and this is not an interactive terminal\nhint: .*--yes/,
  ],
  ['a port and a file', ['--port', '9', '--data', 'x', '--yes'], 2, /--port and --data exclude each other/],
  ['nothing on the port', ['--port', '1', '--yes'], 3, /no sandbox runs on port 1\nhint: flowkiwi sandbox start --port 1/],
  ['a file that is not a database', ['--data', '/etc/passwd', '--yes'], 2, /not a sandbox data file|cannot be written/],
])('%s', async (_, args, status, stderr) => {
  const run = await flowkiwi(['sandbox', 'reset', ...args]);
  expect([run.status, run.stdout, run.stderr]).toEqual([status, '', expect.stringMatching(stderr)]);
});
