import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Call, Reply } from '../../support/servers/sandbox-in-memory.ts';
import { errorOf, rsaKeys, startZitadel, systemToken, textAt, type Zitadel } from '../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;
let instanceId: string;
let defaultOrganization: string;
let foreignToken: string;

const HUMAN = {
  userName: 'owner',
  email: { email: 'owner@acme.example' },
  profile: { firstName: 'Olga', lastName: 'Owner' },
  password: { password: 'Secret-123' },
};
const PROFILE = { firstName: 'Ada', lastName: 'Admin' };

beforeAll(async () => {
  zitadel = await startZitadel();
  defaultOrganization = textAt((await zitadel.send('GET', '/admin/v1/orgs/default')).json, 'org', 'id');
  await zitadel.send('POST', '/management/v1/orgs', { body: { name: 'Taken' } });
  await zitadel.send('POST', '/admin/v1/orgs/_setup', {
    body: {
      org: { name: 'With Admin', domain: 'reserved.example' },
      human: { userName: 'admin', profile: PROFILE, email: { email: 'ada@acme.example' } },
    },
  });
  const machine = { userName: 'm', name: 'M', personalAccessToken: {} };
  const created = await zitadel.system('POST', '/instances/_create', { instanceName: 'Tenant', customDomain: 'tenant.example', machine });
  instanceId = textAt(created.json, 'instanceId');
  foreignToken = textAt(created.json, 'pat');
});

afterAll(() => zitadel.sandbox.close());

type Send = () => Promise<Reply>;

const addOrg =
  (name: string, options: Call = {}) =>
  () =>
    zitadel.send('POST', '/management/v1/orgs', { body: { name }, ...options });
const addOrgV2 = (name: string) => () => zitadel.send('POST', '/v2/organizations', { body: { name } });
const setUp =
  (org: object, human: object = {}, more: object = {}) =>
  () => {
    const person = { userName: 'someone', profile: PROFILE, email: { email: 'someone@acme.example' }, ...human };
    return zitadel.send('POST', '/admin/v1/orgs/_setup', { body: { org, human: person, ...more } });
  };
const createInstance =
  (more: object, owner: object = { human: HUMAN }) =>
  () =>
    zitadel.system('POST', '/instances/_create', { instanceName: 'Another', ...owner, ...more });
const humanWith = (change: object) => createInstance({}, { human: { ...HUMAN, ...change } });
const withPassword = (password: string) => humanWith({ password: { password } });
const machine = (owner: object) => createInstance({}, { machine: owner });
const domain = (method: string, path: string, body?: object) => () =>
  zitadel.system(method, `/instances/${instanceId}/domains${path}`, body);
const get =
  (path: string, options: Parameters<Zitadel['send']>[2] = {}) =>
  () =>
    zitadel.send('GET', path, options);
const ME = '/admin/v1/instances/me';

// The catalogue of contract section 2.2; the rows that a state of the server causes are in switches.test.ts.
test.each<[situation: string, send: Send, status: number, code: number, id: string | undefined, message: string]>([
  ['name taken', addOrg('taken'), 409, 6, 'V3-DKcYh', "Organisation's name or id already taken (V3-DKcYh)"],
  ['name taken, v2', addOrgV2('TAKEN'), 409, 6, 'V3-DKcYh', "Organisation's name or id already taken (V3-DKcYh)"],
  ['generated domain taken', addOrg('Taken!'), 409, 6, 'V3-DKcYh', 'Domain already exists (V3-DKcYh)'],
  ['custom domain taken', setUp({ name: 'Custom', domain: 'Reserved.Example' }), 409, 6, 'V3-DKcYh', 'Domain already exists (V3-DKcYh)'],
  ['one domain twice', setUp({ name: 'Twice', domain: 'twice.localhost' }), 409, 6, 'V2-e1wse', 'Errors.Already.Exists (V2-e1wse)'],
  ['one or two blanks', addOrg('  '), 400, 3, 'ORG-RrfXY', expect.stringContaining('empty string (ORG-RrfXY)')],
  ['only punctuation', addOrg('!?'), 400, 3, 'ORG-RrfXY', expect.stringContaining('empty string (ORG-RrfXY)')],
  ['three blanks', addOrg('   '), 400, 3, 'EVENT-Mf9sd', 'Organisation is invalid (EVENT-Mf9sd)'],
  ['blank, set up', setUp({ name: ' ' }), 400, 3, 'ORG-RrfXY', expect.stringContaining('(ORG-RrfXY)')],
  ['three blanks, set up', setUp({ name: '   ' }), 400, 3, 'ORG-mruNY', 'Errors.Invalid.Argument (ORG-mruNY)'],
  ['blank, v2', addOrgV2(' '), 400, 3, 'ORG-mruNY', 'Errors.Invalid.Argument (ORG-mruNY)'],
  ['user name taken', setUp({ name: 'Users' }, { userName: 'ADMIN' }), 409, 6, 'V3-DKcYh', 'User already exists (V3-DKcYh)'],
  [
    'domain of another in a user name',
    setUp({ name: 'Users' }, { userName: 'me@reserved.example' }),
    400,
    3,
    'COMMAND-SFd21',
    'Domain is already reserved and cannot be used (COMMAND-SFd21)',
  ],
  ['no first name', humanWith({ profile: { lastName: 'x' } }), 400, 3, 'USER-UCej2', 'Errors.User.Profile.FirstNameEmpty (USER-UCej2)'],
  ['no last name', humanWith({ profile: { firstName: 'x' } }), 400, 3, 'USER-4hB7d', 'Errors.User.Profile.LastNameEmpty (USER-4hB7d)'],
  [
    'address that only the rule takes',
    setUp({ name: 'Mail' }, { email: { email: 'Ada <ada@acme.example>' } }),
    400,
    3,
    'EMAIL-599BI',
    'Email is invalid (EMAIL-599BI)',
  ],
  [
    'blank address where no rule is',
    () => zitadel.system('POST', '/instances', { instanceName: 'Old', ownerEmail: { email: ' ' } }),
    400,
    3,
    'EMAIL-spblu',
    'Errors.User.Email.Empty (EMAIL-spblu)',
  ],
  ['unknown role', setUp({ name: 'Roles' }, {}, { roles: ['ORG_KING'] }), 400, 3, 'Org-4N8es', 'Errors.Org.MemberInvalid (Org-4N8es)'],
  [
    'role of an instance',
    setUp({ name: 'Roles' }, {}, { roles: ['IAM_OWNER'] }),
    400,
    3,
    'Org-4N8es',
    'Errors.Org.MemberInvalid (Org-4N8es)',
  ],
  ['short password', withPassword('aA1-'), 400, 3, 'COMMA-HuJf6', 'Errors.User.PasswordComplexityPolicy.MinLength (COMMA-HuJf6)'],
  ['no lower case', withPassword('SECRET-123'), 400, 3, 'COMMA-co3Xw', 'Errors.User.PasswordComplexityPolicy.HasLower (COMMA-co3Xw)'],
  ['no upper case', withPassword('secret-123'), 400, 3, 'COMMA-VoaRj', 'Errors.User.PasswordComplexityPolicy.HasUpper (COMMA-VoaRj)'],
  ['no digit', withPassword('Secret-abc'), 400, 3, 'COMMA-ZBv4H', 'Errors.User.PasswordComplexityPolicy.HasNumber (COMMA-ZBv4H)'],
  ['no symbol', withPassword('Secret123'), 400, 3, 'COMMA-ZDLwA', 'Errors.User.PasswordComplexityPolicy.HasSymbol (COMMA-ZDLwA)'],
  ['machine without a name', machine({ userName: 'm' }), 400, 3, 'COMMAND-bs9Ds', 'Errors.User.Invalid (COMMAND-bs9Ds)'],
  ['machine without a user name', machine({ name: 'm' }), 400, 3, 'COMMAND-bm9Ds', 'Errors.User.Invalid (COMMAND-bm9Ds)'],
  [
    'expiry in the past',
    machine({ userName: 'm', name: 'M', personalAccessToken: { expirationDate: '2020-01-01T00:00:00Z' } }),
    400,
    3,
    'DOMAIN-dv3t5',
    'Errors.AuthNKey.ExpireBeforeNow (DOMAIN-dv3t5)',
  ],
  [
    'instance domain taken',
    createInstance({ customDomain: 'Tenant.example' }),
    409,
    6,
    'V3-DKcYh',
    'Errors.Instance.Domain.AlreadyExists (V3-DKcYh)',
  ],
  [
    'domain twice on one instance',
    domain('POST', '', { domain: 'tenant.example' }),
    409,
    6,
    'INST-i2nl',
    'Errors.Instance.Domain.AlreadyExists (INST-i2nl)',
  ],
  [
    'character in an instance name',
    createInstance({ instanceName: 'a_b' }),
    400,
    3,
    'INST-S3v3w',
    'Errors.Instance.Domain.InvalidCharacter (INST-S3v3w)',
  ],
  [
    'character in an instance domain',
    createInstance({ customDomain: 'a b' }),
    400,
    3,
    'INST-S3v3w',
    'Errors.Instance.Domain.InvalidCharacter (INST-S3v3w)',
  ],
  ['blank instance domain', createInstance({ customDomain: '  ' }), 400, 3, 'INST-28nlD', 'Errors.Invalid.Argument (INST-28nlD)'],
  ['unknown domain removed', domain('DELETE', '/x.example'), 404, 5, 'INSTANCE-8ls9f', 'Errors.Instance.Domain.NotFound (INSTANCE-8ls9f)'],
  [
    'unknown domain made primary',
    domain('POST', '/_set_primary', { domain: 'x.example' }),
    404,
    5,
    'INSTANCE-9nkWf',
    'Errors.Instance.Domain.NotFound (INSTANCE-9nkWf)',
  ],
  ['no header', get(ME, { token: null }), 401, 16, undefined, 'auth header missing'],
  [
    'other scheme',
    get(ME, { token: null, headers: { authorization: 'bearer x' } }),
    401,
    16,
    'AUTH-toLo1',
    'invalid auth header (AUTH-toLo1)',
  ],
  ['unknown token', get(ME, { token: 'unknown' }), 401, 16, 'AUTH-7fs1e', 'Errors.Token.Invalid (AUTH-7fs1e)'],
  ['token of another instance', () => get(ME, { token: foreignToken })(), 401, 16, 'AUTH-7fs1e', 'Errors.Token.Invalid (AUTH-7fs1e)'],
  [
    'user token on the system API',
    () => zitadel.send('POST', '/system/v1/instances/_search', { body: {} }),
    401,
    16,
    'AUTH-7fs1e',
    'Errors.Token.Invalid (AUTH-7fs1e)',
  ],
  [
    'page in a browser',
    get(ME, { headers: { origin: 'https://app.example' } }),
    403,
    7,
    'AUTH-DZG21',
    'Errors.OriginNotAllowed (AUTH-DZG21)',
  ],
  [
    'role without the permission',
    async () =>
      zitadel.send('POST', '/management/v1/orgs', {
        token: await zitadel.tokenFor('owner@acme.example', ['ORG_OWNER']),
        body: { name: 'x' },
      }),
    403,
    7,
    'AUTH-5mWD2',
    'No matching permissions found (AUTH-5mWD2)',
  ],
  [
    'nobody',
    async () => zitadel.send('GET', ME, { token: await zitadel.tokenFor('nobody@acme.example', []) }),
    404,
    5,
    'AUTHZ-cdgFk',
    'membership not found (AUTHZ-cdgFk)',
  ],
  [
    'unknown organization named',
    addOrg('x', { headers: { 'x-zitadel-orgid': '1' } }),
    403,
    7,
    'AUTH-Bs7Ds',
    "Organisation doesn't exist (AUTH-Bs7Ds)",
  ],
  ['unknown organization read', get('/admin/v1/orgs/1'), 404, 5, 'QUERY-leq5Q', 'Organisation not found (QUERY-leq5Q)'],
  [
    'unknown instance',
    () => zitadel.system('GET', '/instances/1'),
    404,
    5,
    undefined,
    expect.stringMatching(/^unable to set instance using id 1: ID=QUERY-1kIjX Message=/),
  ],
  [
    'host that is not an instance',
    get(ME, { headers: { 'x-zitadel-instance-host': 'acme.localhost:8080' } }),
    404,
    5,
    undefined,
    expect.stringMatching(
      /^unable to set instance using origin &\{acme.localhost:8080 {2}http\} \(ExternalDomain is localhost\): ID=QUERY-1kIjX/,
    ),
  ],
  [
    'public host that is not trusted',
    get(ME, { headers: { 'x-zitadel-public-host': 'public.example' } }),
    404,
    5,
    undefined,
    expect.stringContaining('QUERY-IuGh1'),
  ],
  [
    'default organization deleted',
    () => zitadel.send('DELETE', `/admin/v1/orgs/${defaultOrganization}`),
    400,
    9,
    'COMMA-wG9p1',
    'Default Organisation must not be deleted (COMMA-wG9p1)',
  ],
  [
    'unknown organization deleted',
    () => zitadel.send('DELETE', '/admin/v1/orgs/1'),
    404,
    5,
    'COMMA-aps2n',
    'Organisation not found (COMMA-aps2n)',
  ],
  ['neither name nor domain', get('/admin/v1/orgs/_is_unique'), 400, 3, 'QUERY-DGqfd', 'Request is invalid (QUERY-DGqfd)'],
])('%s', async (_, send, status, code, id, message) => {
  const reply = await send();
  expect(errorOf(reply)).toEqual({ status, code, id, message });
  expect(reply.headers.get('www-authenticate')).toBe(status === 401 ? reply.json['message'] : null);
  expect(reply.headers.get('content-type')).toBe('application/json');
});

test('details repeat the id with the bare text', async () => {
  expect((await addOrg('taken')()).json).toEqual({
    code: 6,
    message: "Organisation's name or id already taken (V3-DKcYh)",
    details: [
      { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id: 'V3-DKcYh', message: "Organisation's name or id already taken" },
    ],
  });
});

test('a generated instance domain stays', async () => {
  const { json } = await zitadel.system('POST', `/instances/${instanceId}/domains/_search`, {
    queries: [{ generatedQuery: { generated: true } }],
  });
  const generated = /tenant-\w{6}\.localhost/.exec(JSON.stringify(json))?.[0];
  expect(errorOf(await domain('DELETE', `/${generated}`)())).toMatchObject({ status: 400, code: 9, id: 'INSTANCE-9hn3n' });
});

test('a system user cannot own an organization, so it cannot add one', async () => {
  const { publicKey, privateKey } = rsaKeys();
  const body = { name: 'operator', public_key: publicKey, instance_roles: ['IAM_OWNER'] };
  expect((await zitadel.send('POST', '/_sandbox/zitadel/system-users', { body })).status).toBe(201);
  const token = systemToken(privateKey, zitadel.sandbox.url, zitadel.clock, { iss: 'operator', sub: 'operator' });
  const add = () => zitadel.send('POST', '/management/v1/orgs', { token, body: { name: 'By The System' } });
  expect(errorOf(await add())).toMatchObject({ status: 400, code: 9, id: 'COMMAND-uXHNj' });
  // Nothing of it was kept.
  expect(errorOf(await add())).toMatchObject({ id: 'COMMAND-uXHNj' });
  expect((await zitadel.send('POST', '/v2/organizations', { token, body: { name: 'By The System' } })).status).toBe(201);
});
