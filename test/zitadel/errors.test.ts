import { GetOrgByIDResponseSchema, ListOrgsResponseSchema, SetUpOrgResponseSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import { AddOrgResponseSchema, GetMyOrgResponseSchema, ListUsersResponseSchema } from '@zitadel/proto/zitadel/management_pb.js';
import { OrgState } from '@zitadel/proto/zitadel/org_pb.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type Asked, type Said, startScriptedServer } from '../support/servers/scripted-server.ts';
import { startZitadel, zitadelHome } from '../support/servers/zitadel.ts';
import { connectError, rpcError, saidBy } from '../support/zitadel-answers.ts';

const JANE = ['--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example'];
const CREATE = ['org', 'create', 'Acme Corp'];
const SET_UP = ['org', 'setup', 'Acme Corp', ...JANE];
const GET = ['org', 'get', '1'];
const DELETE = ['org', 'delete', '1', '--yes'];
const INSTANCE = ['instance', 'create', 'Acme EU', ...JANE];
const DOMAIN = [...INSTANCE, '--domain', 'acme.example'];
const TOKEN = secret('zitadel-test-token');
const ORG = { org: { id: '1', name: 'Acme Corp', state: OrgState.ACTIVE } };

/** Runs the command at a server that answers everything with this: without a process, unless `start` is that of the built command. */
async function answered(
  args: readonly string[],
  say: Said | ((request: Asked, count: number) => Said | 'cut'),
  { profile = {}, start = inProcess }: { readonly profile?: Readonly<Record<string, unknown>>; readonly start?: typeof flowkiwi } = {},
) {
  const server = await startScriptedServer(typeof say === 'function' ? say : () => say);
  const run = await start([...args, '--json'], { home: zitadelHome(server.url, { profile }), env: { FLOWKIWI_TOKEN: TOKEN } });
  server.close();
  return { run, asked: server.asked };
}

describe.concurrent('the catalogue (contract section 2.2)', () => {
  test.each<[args: readonly string[], said: Said, exit: number, code: string]>([
    [CREATE, rpcError(409, 6, "Organisation's name or id already taken", 'V3-DKcYh'), 5, 'conflict'],
    [CREATE, rpcError(409, 6, 'Domain already exists', 'V3-DKcYh'), 5, 'conflict'],
    [SET_UP, rpcError(409, 6, 'Errors.Already.Exists', 'V2-e1wse'), 5, 'conflict'],
    [[...CREATE, '--org-id', 'acme'], rpcError(409, 6, 'Errors.Org.AlreadyExisting', 'ORG-laho2n'), 5, 'conflict'],
    [CREATE, rpcError(400, 3, 'Domain name is an empty string', 'ORG-RrfXY'), 2, 'invalid'],
    [CREATE, rpcError(400, 3, 'Organisation is invalid', 'EVENT-Mf9sd'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'Errors.Invalid.Argument', 'ORG-mruNY'), 2, 'invalid'],
    [SET_UP, rpcError(409, 6, 'User already exists', 'V3-DKcYh'), 5, 'conflict'],
    [SET_UP, rpcError(400, 3, 'Domain is already reserved and cannot be used', 'COMMAND-SFd21'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'First name in profile is empty', 'USER-UCej2'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'Last name in profile is empty', 'USER-4hB7d'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'Email is empty', 'EMAIL-spblu'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'Email is invalid', 'EMAIL-599BI'), 2, 'invalid'],
    [SET_UP, rpcError(400, 3, 'Errors.Org.MemberInvalid', 'Org-4N8es'), 2, 'invalid'],
    [DOMAIN, rpcError(409, 6, 'Errors.Instance.Domain.AlreadyExists', 'V3-DKcYh'), 5, 'conflict'],
    [DOMAIN, rpcError(409, 6, 'Errors.Instance.Domain.AlreadyExists', 'INST-i2nl'), 5, 'conflict'],
    [DOMAIN, rpcError(400, 3, 'Errors.Instance.Domain.InvalidCharacter', 'INST-S3v3w'), 2, 'invalid'],
    [DOMAIN, rpcError(400, 3, 'Errors.Invalid.Argument', 'INST-28nlD'), 2, 'invalid'],
    [
      ['instance', 'delete', '1', '--yes'],
      rpcError(400, 9, 'Errors.Instance.Domain.GeneratedNotRemovable', 'INSTANCE-9hn3n'),
      2,
      'invalid',
    ],
    [['instance', 'get', '1'], rpcError(404, 5, 'Errors.Instance.Domain.NotFound', 'INSTANCE-8ls9f'), 3, 'not_found'],
    [['instance', 'get', '1'], rpcError(404, 5, 'Errors.Instance.Domain.NotFound', 'INSTANCE-9nkWf'), 3, 'not_found'],
    [GET, rpcError(401, 16, 'auth header missing'), 4, 'auth'],
    [GET, rpcError(401, 16, 'invalid auth header', 'AUTH-toLo1'), 4, 'auth'],
    [GET, rpcError(401, 16, 'Errors.Token.Invalid', 'AUTH-7fs1e'), 4, 'auth'],
    [GET, rpcError(403, 7, 'Errors.OriginNotAllowed', 'AUTH-DZG21'), 7, 'forbidden'],
    [CREATE, rpcError(403, 7, 'No matching permissions found', 'AUTH-5mWD2'), 7, 'forbidden'],
    [CREATE, rpcError(403, 7, 'No matching permissions found', 'AUTH-AWfge'), 7, 'forbidden'],
    [CREATE, rpcError(403, 7, 'No matching permissions found', 'AUTH-3jknH'), 7, 'forbidden'],
    [CREATE, rpcError(404, 5, 'membership not found', 'AUTHZ-cdgFk'), 7, 'forbidden'],
    [CREATE, rpcError(403, 7, 'mfa required', 'AUTHZ-Kl3p0'), 7, 'forbidden'],
    [[...CREATE, '--org', '1'], rpcError(403, 7, "Organisation doesn't exist", 'AUTH-Bs7Ds'), 7, 'forbidden'],
    [GET, rpcError(404, 5, 'Organisation not found', 'QUERY-leq5Q'), 3, 'not_found'],
    [['instance', 'get', '1'], rpcError(404, 5, 'unable to set instance using id 1: ID=QUERY-1kIjX Message=x'), 3, 'not_found'],
    [['org', 'list'], rpcError(404, 5, 'unable to set instance using origin x (ExternalDomain is y): x'), 75, 'unavailable'],
    [['org', 'list'], rpcError(404, 5, 'unable to set instance using origin x: ID=QUERY-IuGh1'), 2, 'usage'],
    [['org', 'list'], rpcError(404, 5, 'Not Found'), 2, 'usage'],
    [CREATE, rpcError(404, 5, 'unable to set instance using origin x: ID=QUERY-d3fas Parent=(failed)'), 75, 'unavailable'],
    [CREATE, { status: 429, text: 'Your ZITADEL instance is blocked.' }, 7, 'forbidden'],
    [SET_UP, rpcError(400, 3, 'Request is invalid', 'QUERY-DGqfd'), 2, 'invalid'],
    [CREATE, rpcError(429, 8, 'Errors.Limits.Instance.Blocked', 'LIMITS-molsj'), 7, 'forbidden'],
    [CREATE, rpcError(429, 8, 'Quota.Access.Exhausted', 'QUOTA-vjAy8'), 75, 'rate_limited'],
    [CREATE, connectError(409, 'already_exists', 'taken', 'V3-DKcYh'), 5, 'conflict'],
    [CREATE, rpcError(500, 2, 'rpc error: code = InvalidArgument desc = invalid AddOrgRequest.Name: value is required ()'), 2, 'invalid'],
    [CREATE, rpcError(500, 2, 'rpc error: code = Unauthenticated desc = auth header missing ()'), 4, 'auth'],
    [CREATE, { status: 429, text: 'slow down' }, 75, 'rate_limited'],
    [GET, { status: 502, text: '<html>Bad Gateway</html>', type: 'text/html' }, 75, 'unavailable'],
    [CREATE, rpcError(501, 12, 'Method Not Allowed'), 75, 'unavailable'],
    [[...CREATE, '--org-id', 'acme'], rpcError(404, 5, 'Not Found'), 3, 'not_found'],
    [[...CREATE, '--org-id', 'acme'], rpcError(501, 12, 'Unimplemented'), 3, 'not_found'],
    [INSTANCE, rpcError(499, 1, 'canceled'), 6, 'unknown_outcome'],
    [INSTANCE, { status: 502, text: '<html>Bad Gateway</html>', type: 'text/html' }, 6, 'unknown_outcome'],
  ])('%j answered with %j', async (args, said, status, code) => {
    const { run } = await answered(args, said);
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status, code });
    expect(run.stderr.match(/may or may not/g) ?? []).toHaveLength(code === 'unknown_outcome' ? 1 : 0);
    // The key of a translation is nothing to read.
    expect(run.stderr).not.toMatch(/Errors\.\w+\.\w+|Quota\.Access/);
  });

  test('the built command says the same', async () => {
    const said = rpcError(409, 6, 'Errors.Org.AlreadyExisting', 'ORG-laho2n');
    const { run } = await answered(CREATE, said, { start: flowkiwi });
    expect(run).toEqual((await answered(CREATE, said)).run);
  });

  test.each([
    ['the default organization', 'COMMA-wG9p1'],
    ['the one that holds the ZITADEL project', 'COMMA-AF3JW'],
  ])('%s is not deleted', async (_, id) => {
    const { run } = await answered(DELETE, ({ line }) =>
      line.startsWith('DELETE') ? rpcError(400, 9, 'must not be deleted', id) : saidBy(GetOrgByIDResponseSchema, ORG),
    );
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 2, code: 'invalid' });
  });

  test('one that somebody else has deleted meanwhile', async () => {
    const { run } = await answered(DELETE, ({ line }) =>
      line.startsWith('DELETE') ? rpcError(404, 5, 'Organisation not found', 'COMMA-aps2n') : saidBy(GetOrgByIDResponseSchema, ORG),
    );
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 3, code: 'not_found' });
  });
});

describe.concurrent('how often one asks', () => {
  test.each<[what: string, said: Said, times: number]>([
    ['a quota that is used up', rpcError(429, 8, 'Quota.Access.Exhausted', 'QUOTA-vjAy8'), 1],
    ['an instance that is blocked', rpcError(429, 8, 'Errors.Limits.Instance.Blocked', 'LIMITS-molsj'), 1],
    ['a burst', { status: 429, text: 'slow down' }, 4],
    ['a wrapped refusal', rpcError(500, 2, 'rpc error: code = InvalidArgument desc = x ()'), 1],
    ['a server that is away', rpcError(503, 14, 'away'), 4],
  ])('%s', async (_, said, times) => {
    expect((await answered(GET, said)).asked).toHaveLength(times);
    // A search changes nothing either, though it is sent by POST.
    expect((await answered(['org', 'list'], said)).asked).toHaveLength(times);
  });
});

test('what changes something is sent once, unless it was refused for the moment', async () => {
  expect((await answered(CREATE, { status: 429, text: 'slow down' })).asked).toHaveLength(4);
  expect((await answered(CREATE, rpcError(429, 8, 'Quota.Access.Exhausted', 'QUOTA-vjAy8'))).asked).toHaveLength(1);
});

describe.concurrent('what is sent', () => {
  test('English, no Origin, Bearer as ZITADEL spells it, the host of the instance', async () => {
    const { asked } = await answered(['org', 'get'], saidBy(GetMyOrgResponseSchema, ORG), {
      profile: { instance_host: 'acme.localhost:8080' },
      start: flowkiwi,
    });
    const [request] = asked;
    expect(request).toMatchObject({
      line: 'GET /management/v1/orgs/me',
      headers: {
        'accept-language': 'en',
        accept: 'application/json',
        authorization: `Bearer ${TOKEN}`,
        'x-zitadel-instance-host': 'acme.localhost:8080',
      },
    });
    expect(request?.headers).not.toHaveProperty('origin');
  });

  test.each<[what: string, args: readonly string[], organization: string | undefined]>([
    ['of --org', ['--org', '7'], '7'],
    ['of a header of one’s own', ['--org', '7', '-H', 'x-zitadel-orgid: 8'], '8'],
    ['not the current one', [], undefined],
  ])('the organization of a request of api: that %s', async (_, args, organization) => {
    const { asked } = await answered(['api', '/management/v1/orgs/me', ...args], saidBy(GetMyOrgResponseSchema, ORG));
    expect(asked.map(({ headers }) => headers['x-zitadel-orgid'])).toEqual([organization]);
  });

  test('a search has a limit, and goes on until all is read', async () => {
    const all = Array.from({ length: 230 }, (_, index) => ({ id: `${index}`, name: `Org ${index}`, state: OrgState.ACTIVE }));
    const { run, asked } = await answered(['org', 'list'], ({ body }) => {
      const { offset, limit } = JSON.parse(body).query;
      return saidBy(ListOrgsResponseSchema, {
        details: { totalResult: 230n },
        result: all.slice(Number(offset), Number(offset) + limit),
      });
    });
    expect(JSON.parse(run.stdout).map(({ id }: { id: string }) => id)).toEqual(all.map(({ id }) => id));
    expect(asked.map(({ body }) => JSON.parse(body).query)).toEqual(
      ['0', '100', '200'].map((offset) => ({ offset, limit: 100, asc: true })),
    );
  });

  test.each<[what: string, probed: Said, field: string]>([
    ['before v4.7', rpcError(404, 5, 'Not Found'), 'orgId'],
    ['since v4.7', rpcError(405, 12, 'Method Not Allowed'), 'organizationId'],
  ])('an id of one’s own, in the one field that the server knows: %s', async (_, probed, field) => {
    const { run, asked } = await answered([...CREATE, '--org-id', 'acme'], ({ line }) => {
      if (line === 'GET /v2/organizations/0') return probed;
      if (line === 'GET /v2beta/instances/0') return rpcError(404, 5, 'Instance not found', 'QUERY-n0wng');
      return line.startsWith('POST') ? { status: 201, json: { organizationId: 'acme' } } : saidBy(GetOrgByIDResponseSchema, ORG);
    });
    expect(run.status).toBe(0);
    expect(asked.flatMap(({ line, body }) => (line === 'POST /v2/organizations' ? [JSON.parse(body)] : []))).toEqual([
      { name: 'Acme Corp', [field]: 'acme' },
    ]);
  });

  test('nothing found is an empty object', async () => {
    const { run } = await answered(['org', 'list'], saidBy(ListOrgsResponseSchema, {}));
    expect(run).toEqual({ status: 0, stdout: '[]\n', stderr: '' });
  });
});

describe.concurrent('an organization whose answer is lost', () => {
  const found = (secondsAgo: number): Said =>
    saidBy(ListOrgsResponseSchema, {
      details: { totalResult: 1n },
      result: [
        {
          id: '5',
          name: 'Acme Corp',
          state: OrgState.ACTIVE,
          details: { creationDate: { seconds: BigInt(Math.floor(Date.now() / 1_000) - secondsAgo) } },
        },
      ],
    });
  const users = (...ids: readonly string[]) => saidBy(ListUsersResponseSchema, { result: ids.map((id) => ({ id, userName: 'jane' })) });
  const world =
    (secondsAgo: number, create: Said | 'cut', administrator: Said | 'cut' = users('7')) =>
    (request: Asked) => {
      if (request.line.endsWith('/users/_search')) return administrator;
      if (request.line.endsWith('/_search')) return found(secondsAgo);
      if (request.line.startsWith('POST')) return create;
      return saidBy(GetOrgByIDResponseSchema, { org: { ...ORG.org, id: '5' } });
    };
  const JUST_NOW = 0;
  const BEFORE = 60;

  test.each<[what: string, create: Said | 'cut', args: readonly string[]]>([
    ['cut', 'cut', CREATE],
    ['hidden by a gateway', { status: 504, text: '<html>', type: 'text/html' }, CREATE],
    ['empty', saidBy(AddOrgResponseSchema, {}), CREATE],
    ['a failure', rpcError(500, 13, 'Errors.Internal', 'X-1'), CREATE],
    ['that of a set-up', 'cut', SET_UP],
    ['an empty one of a set-up', saidBy(SetUpOrgResponseSchema, {}), SET_UP],
  ])('%s: it is found by its name', async (_, create, args) => {
    const { run, asked } = await answered(args, world(JUST_NOW, create));
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ id: '5', ...(args === SET_UP && { user_id: '7' }) });
    expect(asked.filter(({ line }) => line.startsWith('POST') && !line.endsWith('_search'))).toHaveLength(1);
  });

  test.each<[what: string, args: readonly string[], answers: ReturnType<typeof world>, exit: number]>([
    ['an older one is another one', CREATE, world(BEFORE, 'cut'), 5],
    ['a younger one with another administrator is another one', SET_UP, world(JUST_NOW, 'cut', users()), 5],
    ['an older one with another administrator is another one', SET_UP, world(BEFORE, 'cut', users()), 5],
    ['an older one with this administrator may be that of an earlier try', SET_UP, world(BEFORE, 'cut'), 6],
    ['one whose administrator cannot be asked for proves nothing', SET_UP, world(JUST_NOW, 'cut', rpcError(403, 7, 'no', 'AUTH-5mWD2')), 6],
  ])('%s', async (_, args, answers, exit) => {
    expect((await answered(args, answers)).run.status).toBe(exit);
  });

  test('nobody can tell when the server cannot be asked', async () => {
    const { run } = await answered(CREATE, ({ line }) => (line.endsWith('_search') ? rpcError(403, 7, 'no', 'AUTH-5mWD2') : 'cut'));
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 6, code: 'unknown_outcome' });
  });

  test('it can be created again when it is not there', { timeout: 30_000 }, async () => {
    const { run } = await answered(CREATE, ({ line }) => (line.endsWith('_search') ? saidBy(ListOrgsResponseSchema, {}) : 'cut'));
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 75, code: 'unavailable' });
  });
});

test.each([[DELETE], [['org', 'rename', '1', 'Acme Group']]])(
  'a header that is dropped on the way changes no other organization: %j',
  async (args) => {
    const { run, asked } = await answered(args, ({ line }) =>
      line.includes('/admin/') ? rpcError(403, 7, 'no', 'AUTH-5mWD2') : saidBy(GetMyOrgResponseSchema, { org: { ...ORG.org, id: '2' } }),
    );
    expect(jsonError(run)['hint']).toContain('x-zitadel-orgid');
    expect(asked.filter(({ line }) => !line.startsWith('GET'))).toEqual([]);
  },
);

describe('the quirks of versions, at the sandbox', () => {
  test('wrapped errors, a quota that is used up, an instance that is blocked, a second factor', async () => {
    const zitadel = await startZitadel();
    onTestFinished(() => void zitadel.sandbox.stop());
    const failure = async (switches: readonly string[], args: readonly string[]) => {
      await zitadel.switches(...switches);
      const run = await zitadel.run([...args, '--json']);
      return { status: run.status, message: String(jsonError(run)['message']) };
    };
    expect(await failure(['zitadelErrors=wrapped'], ['org', 'get', 'x'.repeat(250)])).toMatchObject({ status: 2 });
    expect(await failure(['zitadelErrors=plain', 'zitadelQuota=exhausted'], GET)).toMatchObject({
      status: 75,
      message: expect.stringContaining('QUOTA-'),
    });
    expect(await failure(['zitadelQuota=unlimited', 'zitadelInstance=blocked'], GET)).toMatchObject({
      status: 7,
      message: expect.stringContaining('LIMITS-'),
    });
    expect(await failure(['zitadelInstance=running', 'zitadelMfa=required'], GET)).toMatchObject({
      status: 7,
      message: expect.stringContaining('AUTHZ-Kl3p0'),
    });
  });
});
