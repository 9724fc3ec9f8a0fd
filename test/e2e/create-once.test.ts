import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type Fate, type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

let sandbox: RunningSandbox;
let token: Record<string, string>;
let org: string;
const servers: ScriptedServer[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  token = await sandbox.environment();
  org = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env: token })).stdout.trim();
});

afterAll(async () => {
  for (const server of servers) server.close();
  await sandbox.stop();
});

const letters = (number: number) => [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
let handles = 0;

/** Handles are unique, and have no digits. */
function newHandle(): string {
  handles += 1;
  return `once-${letters(handles)}`;
}

/** A server before the sandbox that does with each create what `create` says, and with each look at the listing what `look` says. */
async function serverBefore(
  create: Fate | (() => Promise<Fate>),
  look: (count: number) => Fate | Promise<Fate> = () => 'pass on',
): Promise<ScriptedServer> {
  const fateOfCreate = typeof create === 'function' ? create : () => create;
  const server = await startScriptedServer(
    ({ method }, count) => (method === 'POST' ? fateOfCreate() : method === 'GET' ? look(count) : 'pass on'),
    sandbox.url,
  );
  servers.push(server);
  return server;
}

function createThrough({ url }: ScriptedServer, handle: string, ...flags: readonly string[]) {
  const env = { ...token, FLOWKIWI_URL: url };
  return flowkiwi(['instance', 'create', 'Acme EU', '--handle', handle, '--org', org, ...flags], { env });
}

/** Creates an instance without a server in between, and without a process. */
function createDirectly(handle: string, name = 'Acme EU', env = token, organization = org) {
  return inProcess(['instance', 'create', name, '--handle', handle, '--org', organization], { env });
}

async function instances(handle: string): Promise<{ name: string }[]> {
  return JSON.parse((await inProcess(['instance', 'list', '--org', org, '--handle', handle, '--json'], { env: token })).stdout);
}

const posts = ({ log }: ScriptedServer) => log.filter((line) => line.startsWith('POST')).length;

describe.concurrent('an instance whose create lost its answer', () => {
  test.each<[what: string, fate: Fate]>([
    ['the connection broke', 'pass on, then cut'],
    ['a gateway gave up', { status: 504 }],
    ['a gateway sent a page', { status: 502 }],
    ['the answer cannot be read', { status: 200 }],
  ])('%s, and it was created: found by its handle, exit 0', async (_what, fate) => {
    const handle = newHandle();
    const server = await serverBefore(async () => {
      if (fate !== 'pass on, then cut') await createDirectly(handle);
      return fate;
    });
    const { status, stdout, stderr } = await createThrough(server, handle, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Acme EU', handle, organization_id: org });
    expect(await instances(handle)).toHaveLength(1);
    expect(server.log).toEqual([`POST /api/organizations/${org}/instances`, `GET /api/organizations/${org}/instances`]);
  });

  test('it comes into being late: the listing is looked at again', async () => {
    const handle = newHandle();
    const server = await serverBefore('cut', async (count) => {
      if (count < 2) return { status: 200, json: { member: [], totalItems: 0 } };
      if (count === 2) expect((await createDirectly(handle)).status).toBe(0);
      return 'pass on';
    });
    const { status, stderr } = await createThrough(server, handle);
    expect(status).toBe(0);
    expect(stderr).toContain('Created instance Acme EU');
    expect(posts(server)).toBe(1);
    expect(server.log.length).toBeGreaterThanOrEqual(4);
  });

  test('a longer handle that contains it is another one', async () => {
    const handle = newHandle();
    await createDirectly(`${handle}-longer`);
    const server = await serverBefore('cut');
    expect((await createThrough(server, handle)).status).toBe(75);
    expect(posts(server)).toBe(1);
  });

  test('it is not there: not created, safe to run again', async () => {
    const handle = newHandle();
    const server = await serverBefore('cut');
    const run = await createThrough(server, handle, '--json');
    expect(run.status).toBe(75);
    expect(jsonError(run)).toMatchObject({
      code: 'unavailable',
      message: `instance "Acme EU" (handle ${handle}) was not created: the answer was lost, and organization ${org} does not have it`,
      hint: expect.stringMatching(/^safe to run again/),
    });
    expect(posts(server)).toBe(1);
    // And so it is.
    expect((await createThrough(await serverBefore('pass on'), handle)).status).toBe(0);
  });

  test('the listing cannot be read either: exit 6, and what to check', async () => {
    const handle = newHandle();
    for (const look of [{ status: 500 }, { status: 404 }, { status: 403 }, { status: 200, json: 'nothing' }, 'cut'] satisfies Fate[]) {
      const server = await serverBefore('cut', () => look);
      const run = await createThrough(server, handle);
      expect(run.status).toBe(6);
      expect(textError(run)).toEqual({
        message: expect.stringMatching(`^instance "Acme EU" \\(handle ${handle}\\) may or may not have been created: `),
        hint: `see whether it is there: flowkiwi instance get ${handle} --org ${org}`,
      });
      expect(posts(server)).toBe(1);
    }
  });

  test('another instance has the handle: a conflict', async () => {
    const handle = newHandle();
    await createDirectly(handle, 'Somebody else');
    const run = await createThrough(await serverBefore('cut'), handle);
    expect(run.status).toBe(5);
    expect(textError(run).message).toBe(`the handle ${handle} is already taken`);
    const skipped = await createThrough(await serverBefore('cut'), handle, '--if-exists', 'skip');
    expect(skipped).toMatchObject({ status: 0, stderr: expect.stringContaining('Found instance Somebody else') });
  });

  test('nothing was sent: nothing is looked for', async () => {
    const env = { ...token, FLOWKIWI_URL: 'http://127.0.0.1:1' };
    const run = await flowkiwi(['instance', 'create', 'Acme EU', '--handle', newHandle(), '--org', org], { env });
    expect(run.status).toBe(75);
    expect(textError(run).message).toContain('connection refused');
  });
});

describe.concurrent('an organization whose create lost its answer', () => {
  test.each<[fate: Fate]>([['pass on, then cut'], [{ status: 502 }], [{ status: 504 }], [{ status: 201 }]])('%j', async (fate) => {
    const server = await serverBefore(fate);
    const home = newHome();
    const run = await flowkiwi(['org', 'create', 'Lost Corp'], { env: { ...token, FLOWKIWI_URL: server.url }, home });
    expect(run.status).toBe(6);
    expect(textError(run)).toEqual({
      message: expect.stringMatching(/^organization "Lost Corp" may or may not have been created: /),
      hint: expect.stringContaining('names need not be unique'),
    });
    expect(server.log).toEqual(['POST /api/organizations']);
  });
});

describe.concurrent('--if-exists', () => {
  test('skip creates what is not there, with one request', async () => {
    const handle = newHandle();
    const server = await serverBefore('pass on');
    const { status, stderr } = await createThrough(server, handle, '--if-exists', 'skip');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^Created instance Acme EU /);
    expect(server.log).toEqual([`POST /api/organizations/${org}/instances`]);
  });

  test('skip prints the one that is there, again and again', async () => {
    const handle = newHandle();
    const first = await createThrough(await serverBefore('pass on'), handle, '--if-exists', 'skip', '--json');
    const again = await createThrough(await serverBefore('pass on'), handle, '--if-exists', 'skip', '--json');
    expect(again).toEqual(first);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(await instances(handle)).toHaveLength(1);
  });

  test('skip says that the name is another one', async () => {
    const handle = newHandle();
    await createDirectly(handle, 'Old name');
    const { status, stdout, stderr } = await createThrough(
      await serverBefore('pass on'),
      handle,
      '--if-exists',
      'skip',
      '--fields',
      'name',
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Old name\n' });
    expect(stderr).toContain(`The instance with the handle ${handle} is named Old name, not Acme EU\n`);
  });

  test.each([[[]], [['--if-exists', 'fail']]])('%j fails', async (flags) => {
    const handle = newHandle();
    await createDirectly(handle);
    const run = await createThrough(await serverBefore('pass on'), handle, ...flags, '--json');
    expect(run.status).toBe(5);
    expect(jsonError(run)).toMatchObject({ code: 'conflict', hint: expect.stringContaining('--if-exists skip') });
  });

  test('skip is no way to what another organization has', async () => {
    const handle = newHandle();
    const env = await sandbox.environment('stranger@acme.example');
    const theirs = (await inProcess(['org', 'create', 'Theirs', '-q'], { env })).stdout.trim();
    expect((await createDirectly(handle, 'Acme EU', env, theirs)).status).toBe(0);
    const run = await createThrough(await serverBefore('pass on'), handle, '--if-exists', 'skip', '--json');
    expect(run.status).toBe(5);
    expect(jsonError(run)['code']).toBe('conflict');
  });

  test('skip takes nothing that the listing shows but another organization owns', async () => {
    const handle = newHandle();
    const foreign = { id: '1', name: 'Acme EU', handle, organization_id: 'another' };
    const server = await serverBefore({ status: 409, json: { error_code: 'x', title: 'x', detail: 'x', status: 409 } }, () => ({
      status: 200,
      json: { member: [foreign] },
    }));
    expect((await createThrough(server, handle, '--if-exists', 'skip')).status).toBe(5);
  });

  test('anything else is a usage error', async () => {
    const run = await flowkiwi(['instance', 'create', 'A', '--handle', 'a', '--if-exists', 'replace', '--json']);
    expect(run.status).toBe(2);
    expect(jsonError(run)['message']).toContain('--if-exists takes fail or skip');
  });
});
