import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
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

/**
 * A server before the sandbox that does with each create what `create` says, one after the other and then always the last, and with each look at
 * the listing what `look` says.
 */
async function serverBefore(
  create: Fate | readonly Fate[] | ((count: number) => Promise<Fate>),
  look: (count: number) => Fate | Promise<Fate> = () => 'pass on',
): Promise<ScriptedServer> {
  const fates = [create].flat();
  const fateOfCreate = (count: number) => {
    const fate = fates[Math.min(count, fates.length - 1)] ?? 'pass on';
    return typeof fate === 'function' ? fate(count) : fate;
  };
  const server = await startScriptedServer(
    ({ method }, count) => (method === 'POST' ? fateOfCreate(count) : method === 'GET' ? look(count) : 'pass on'),
    sandbox.url,
  );
  servers.push(server);
  return server;
}

/** Answers after which nobody knows whether the create has happened. */
const OPEN: readonly (readonly [what: string, fate: Fate])[] = [
  ['the connection broke', 'cut'],
  ['the server failed', { status: 500, json: { title: 'An error occurred', detail: 'Deadlock.', type: '/errors/500', status: 500 } }],
  ['a gateway sent a page', { status: 502 }],
  ['a gateway lost the server behind it', { status: 503, text: 'upstream connect error', headers: {} }],
  ['a gateway gave up', { status: 504 }],
  ['the answer cannot be read', { status: 200 }],
];

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
  test.each(OPEN)('%s, and it was created: sent again, it is found by its handle, exit 0', async (_what, fate) => {
    const handle = newHandle();
    const server = await serverBefore(async (count) => {
      if (count === 0) await createDirectly(handle);
      return count === 0 ? fate : 'pass on';
    });
    const { status, stdout, stderr } = await createThrough(server, handle, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Acme EU', handle, organization_id: org });
    expect(await instances(handle)).toHaveLength(1);
    const path = `/api/organizations/${org}/instances`;
    expect(server.log).toEqual([`POST ${path}`, `POST ${path}`, `GET ${path}`]);
  });

  test.each(OPEN)('%s, and it was not created: sent again, it is, exit 0', async (_what, fate) => {
    const handle = newHandle();
    const server = await serverBefore([fate, fate, 'pass on']);
    const { status, stderr } = await createThrough(server, handle);
    expect([status, stderr]).toEqual([0, expect.stringContaining('Created instance Acme EU')]);
    expect(await instances(handle)).toHaveLength(1);
    expect(server.log).toHaveLength(3);
  });

  test('every answer is lost, but it was created: found by its handle', async () => {
    const handle = newHandle();
    const server = await serverBefore('pass on, then cut');
    expect((await createThrough(server, handle)).status).toBe(0);
    expect(await instances(handle)).toHaveLength(1);
    expect([posts(server), server.log.length]).toEqual([4, 5]);
  });

  test('the handle is taken by then, and the listing lags: it is looked at again', async () => {
    const handle = newHandle();
    const server = await serverBefore(['pass on, then cut', 'pass on'], (count) =>
      count < 2 ? { status: 200, json: { member: [], totalItems: 0 } } : 'pass on',
    );
    const { status, stderr } = await createThrough(server, handle);
    expect([status, stderr]).toEqual([0, expect.stringContaining('Created instance Acme EU')]);
    expect(posts(server)).toBe(2);
  });

  test('a longer handle that contains it is another one', async () => {
    const handle = newHandle();
    await createDirectly(`${handle}-longer`);
    const server = await serverBefore('cut');
    expect((await createThrough(server, handle)).status).toBe(75);
    expect(posts(server)).toBe(4);
  });

  test('it is not there: not created, safe to run again', async () => {
    const handle = newHandle();
    const server = await serverBefore(OPEN.map(([, fate]) => fate));
    const run = await createThrough(server, handle, '--json');
    expect(run.status).toBe(75);
    expect(jsonError(run)).toMatchObject({
      code: 'unavailable',
      message: `instance "Acme EU" (handle ${handle}) was not created: the answer was lost, and organization ${org} does not have it`,
      hint: expect.stringMatching(/^safe to run again/),
    });
    expect(posts(server)).toBe(4);
    // And so it is.
    expect((await createThrough(await serverBefore('pass on'), handle)).status).toBe(0);
  });

  test.each<[what: string, refusal: Fate, status: number, message: string]>([
    ['forbidden', { status: 403, json: { detail: 'Access Denied.' } }, 7, 'Access Denied.'],
    ['not taken for a moment', { status: 429, json: { detail: 'Slow.' }, headers: { 'retry-after': '99' } }, 75, 'Slow.'],
  ])('sent again, it is %s, and it is not there: that is how it ends', async (_what, refusal, status, message) => {
    const run = await createThrough(await serverBefore(['cut', refusal]), newHandle());
    expect([run.status, textError(run).message]).toEqual([status, expect.stringContaining(message)]);
  });

  test.each<[look: Fate]>([[{ status: 500 }], [{ status: 404 }], [{ status: 403 }], [{ status: 200, json: 'nothing' }], ['cut']])(
    'the listing cannot be read either (%j): exit 6, and what to check',
    async (look) => {
      const handle = newHandle();
      const run = await createThrough(await serverBefore(['cut', { status: 403 }], () => look), handle);
      expect(run.status).toBe(6);
      expect(textError(run)).toEqual({
        message: expect.stringMatching(`^instance "Acme EU" \\(handle ${handle}\\) may or may not have been created: `),
        hint: `see whether it is there: flowkiwi instance get ${handle} --org ${org}`,
      });
    },
  );

  test.each<[what: string, other: Readonly<Record<string, unknown>>]>([
    ['by another name', { name: 'Somebody else' }],
    ['of the same name, which was there before', { name: 'Acme EU', created_at: '2020-01-01T00:00:00+00:00' }],
  ])('another instance has the handle, %s: a conflict, or what is skipped to', async (_what, other) => {
    const handle = newHandle();
    const there = { status: 200, json: { member: [{ id: 'i1', handle, organization_id: org, ...other }] } };
    const run = await createThrough(await serverBefore(['cut', { status: 409 }], () => there), handle);
    expect(run.status).toBe(5);
    expect(textError(run).message).toBe(`the handle ${handle} is already taken`);
    const skipped = await createThrough(await serverBefore(['cut', { status: 409 }], () => there), handle, '--if-exists', 'skip');
    expect(skipped).toMatchObject({ status: 0, stderr: expect.stringContaining(`Found instance ${other['name']} (i1)`) });
  });

  test('--timeout bounds the repeats as well', async () => {
    const server = await serverBefore('cut');
    const run = await createThrough(server, newHandle(), '--timeout', '900ms');
    expect([6, 75]).toContain(run.status);
    expect(posts(server)).toBeLessThan(4);
  });

  test('nothing was sent: nothing is looked for', async () => {
    const env = { ...token, FLOWKIWI_URL: 'http://127.0.0.1:1' };
    const run = await flowkiwi(['instance', 'create', 'Acme EU', '--handle', newHandle(), '--org', org], { env });
    expect(run.status).toBe(75);
    expect(textError(run).message).toContain('connection refused');
  });
});

describe.concurrent('an organization whose create lost its answer', () => {
  test.each([...OPEN, ['the answer was lost', 'pass on, then cut'] as const])('%s: exit 6, and it is sent once', async (_what, fate) => {
    const server = await serverBefore(fate);
    const run = await flowkiwi(['org', 'create', 'Lost Corp', '--json'], { env: { ...token, FLOWKIWI_URL: server.url } });
    expect(run.status).toBe(6);
    expect(jsonError(run)).toMatchObject({
      code: 'unknown_outcome',
      message: expect.stringMatching(/^organization "Lost Corp" may or may not have been created: /),
      hint: expect.stringContaining('names need not be unique'),
      detail:
        _what === 'the server failed' ? 'Deadlock.' : _what === 'a gateway lost the server behind it' ? 'upstream connect error' : null,
    });
    expect(server.log).toEqual(['POST /api/organizations']);
  });

  test.each<[refusal: Fate]>([
    [{ status: 429 }],
    [{ status: 503 }],
    [{ status: 503, type: 'application/problem+json', json: { type: '/errors/503', detail: 'Maintenance.' }, headers: {} }],
  ])('refused before it has an effect (%j): sent again', async (refusal) => {
    const server = await serverBefore([refusal, refusal, 'pass on']);
    const run = await flowkiwi(['org', 'create', 'Busy Corp'], { env: { ...token, FLOWKIWI_URL: server.url } });
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('Created organization Busy Corp')]);
    expect(posts(server)).toBe(3);
  });
});

/** Answers with the status 201 that say nothing more that can be used. */
const UNREAD: readonly (readonly [what: string, fate: Extract<Fate, object>, why: RegExp])[] = [
  ['in an unknown coding', { status: 201, text: 'x', headers: { 'content-encoding': 'foo' } }, /is compressed as "foo"/],
  ['that is damaged', { status: 201, text: 'x', headers: { 'content-encoding': 'gzip' } }, /is compressed, and damaged/],
  ['that is empty', { status: 201, text: '' }, /is empty, not the API's JSON/],
  ['without an id', { status: 201, json: { name: 'x' } }, /something else than the API documents/],
];

describe.concurrent('a create that is answered with 201, the body', () => {
  test.each(UNREAD)('%s: it is created, and read by the id of its address', async (_what, fate) => {
    const there = (await inProcess(['org', 'create', 'There', '-q', '--no-use'], { env: token })).stdout.trim();
    const server = await serverBefore({ ...fate, headers: { ...fate.headers, location: `/api/organizations/${there}` } });
    const run = await flowkiwi(['org', 'create', 'There', '--json'], { env: { ...token, FLOWKIWI_URL: server.url } });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ id: there, name: 'There', owners: [{ role: 'owner' }] });
    expect(server.log).toEqual(['POST /api/organizations', `GET /api/organizations/${there}`]);
  });

  test.each(UNREAD)('%s, and it cannot be read either: what is known of it, and what could not be read', async (_what, fate, why) => {
    const server = await serverBefore(
      { ...fate, headers: { ...fate.headers, location: 'https://else.example/api/organizations/o9' } },
      () => ({
        ...fate,
        status: 200,
      }),
    );
    const env = { ...token, FLOWKIWI_URL: server.url };
    const run = await flowkiwi(['org', 'create', 'Acme', '-q'], { env });
    expect([run.status, run.stdout]).toEqual([0, 'o9\n']);
    expect(run.stderr).toMatch(why);
    expect(run.stderr).toMatch(/^warning: organization "Acme" was created as o9, but /);
    const json = await inProcess(['org', 'create', 'Acme', '--json'], { env });
    expect(JSON.parse(json.stdout)).toEqual({ id: 'o9', name: 'Acme', created_at: null, updated_at: null, owners: [], members: [] });
    expect(JSON.parse(json.stderr)).toMatchObject({ warning: { message: expect.stringMatching(why) } });
  });

  test.each(UNREAD)('%s, and no address: it was created, exit 6', async (_what, fate, why) => {
    const server = await serverBefore(fate);
    const run = await flowkiwi(['org', 'create', 'Acme'], { env: { ...token, FLOWKIWI_URL: server.url } });
    expect([run.status, textError(run).message]).toEqual([6, expect.stringMatching(why)]);
    expect(textError(run).message).toMatch(/^organization "Acme" was created, but /);
    const api = await flowkiwi(['api', '/api/organizations', '-f', 'name=Acme', '--fields', 'id'], {
      env: { ...token, FLOWKIWI_URL: server.url },
    });
    expect([api.status, api.stderr]).toEqual(
      fate.headers === undefined ? [0, expect.any(String)] : [6, expect.stringContaining('was carried out, but ')],
    );
  });

  test('of an instance: it is found by its handle', async () => {
    const handle = newHandle();
    const server = await serverBefore(async () => {
      await createDirectly(handle);
      return { status: 201, text: 'x', headers: { 'content-encoding': 'foo' } };
    });
    const run = await createThrough(server, handle, '--json');
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ handle, organization_id: org });
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

  test('skip prints the one that is there, again and again, and whether it was created', async () => {
    const handle = newHandle();
    const first = await createThrough(await serverBefore('pass on'), handle, '--if-exists', 'skip', '--json');
    const again = await createThrough(await serverBefore('pass on'), handle, '--if-exists', 'skip', '--json');
    expect([first, again]).toMatchObject([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ]);
    expect(JSON.parse(first.stdout)).toMatchObject({ name: 'Acme EU', created: true, requested_name: null, handle });
    // It is at the port by which the sandbox was asked, which is not the same.
    const product_management_url = expect.stringMatching(new RegExp(`^http://${handle}\\.product-management\\.localhost:\\d+$`));
    expect(JSON.parse(again.stdout)).toEqual({ ...JSON.parse(first.stdout), created: false, product_management_url });
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
      'name,created,requested_name',
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Old name\tno\tAcme EU\n' });
    expect(stderr).toContain(`The instance with the handle ${handle} is named Old name, not Acme EU\n`);
  });

  test.each([[[]], [['--if-exists', 'fail']]])('%j fails', async (flags) => {
    const handle = newHandle();
    await createDirectly(handle);
    const run = await createThrough(await serverBefore('pass on'), handle, ...flags, '--json');
    expect(run.status).toBe(5);
    const hint = expect.stringMatching(/^it may be your own from an earlier run; .*choose another one.*; --if-exists skip takes /);
    expect(jsonError(run)).toMatchObject({ code: 'conflict', hint });
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
