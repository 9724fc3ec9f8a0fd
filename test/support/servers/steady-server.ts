import { type Fate, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

export const ORGANIZATION_ID = '0196f3a0-1111-7000-8000-000000000001';
export const INSTANCE_ID = instanceId(0);

/** Id of one of its instances, by its place. */
export function instanceId(index: number): string {
  return `0196f3a0-2222-7000-8000-${String(index + 1).padStart(12, '0')}`;
}

/** What the server has, and keeps whatever is asked of it. */
export interface Names {
  readonly organization: string;
  /** Names of its instances, by their handles; the first has `INSTANCE_ID`. */
  readonly instances: Readonly<Record<string, string>>;
}

/**
 * An Identity service that carries out nothing and says that it has: every operation succeeds, any number of times, in any order. A sandbox checks the
 * names that it is given; this one has them as long and as strange as they are, and never answers with any other. Below `/refused` no token is good.
 */
export function startSteadyServer({ organization, instances }: Names): Promise<ScriptedServer> {
  const organizationJson = (id: string) => ({
    id,
    name: organization,
    created_at: '2026-01-02T03:04:05+00:00',
    updated_at: '2026-01-02T03:04:05+00:00',
    owners: [{ id: 'u1', email: `${organization}@acme.example`, name: organization, role: 'owner', joined_at: null }],
    members: [],
  });
  const members = Object.entries(instances).map(([handle, name], index) => ({
    id: instanceId(index),
    name,
    handle,
    created_at: '2026-01-02T03:04:05+00:00',
    updated_at: '2026-01-02T03:04:05+00:00',
    organization_id: ORGANIZATION_ID,
    created_by_organization_id: ORGANIZATION_ID,
  }));
  const [first] = members;

  return startScriptedServer(({ method, path, query }): Fate => {
    const [, api, kind, organizationId = ORGANIZATION_ID, below, instanceId] = path.split('/');
    if (api === 'refused') return { status: 401, json: { status: 401, detail: 'Expired JWT Token' } };
    if (api === 'admin' || api === 'system' || api === 'management') return zitadelAnswer(`${method} ${path}`, organization);
    if (api !== 'api' || kind !== 'organizations')
      return { status: 404, json: { title: 'An error occurred', status: 404, detail: 'Not Found' } };
    if (method === 'DELETE') return { status: 204 };
    const status = method === 'POST' ? 201 : 200;
    if (below === undefined) return { status, json: organizationJson(organizationId) };
    if (method === 'GET' && instanceId === undefined) {
      const handle = query.get('handle');
      const member = handle === null ? members : members.filter((one) => one.handle === handle);
      return { status, json: { '@type': 'Collection', totalItems: member.length, member } };
    }
    return { status, json: members.find(({ id }) => id === instanceId) ?? first };
  });
}

/** What it has in lists. */
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  'POST /management/v1/orgs/members/roles/_search': ['ORG_OWNER'],
  'POST /management/v1/orgs/me/members/_search': [{ userId: '42', roles: ['ORG_OWNER'], displayName: 'Jane Doe' }],
  'POST /management/v1/orgs/me/domains/_search': [{ domainName: 'steady.example', isVerified: true, isPrimary: true }],
  'POST /admin/v1/domains/_search': [{ domain: 'steady.example', primary: true }],
  [`POST /system/v1/instances/${INSTANCE_ID}/domains/_search`]: [{ domain: 'steady.example', primary: true }],
};

/** What the ZITADEL that it is too says. */
function zitadelAnswer(line: string, name: string): Fate {
  const details = { sequence: '2', creationDate: '2026-01-02T03:04:05Z', resourceOwner: ORGANIZATION_ID };
  const domains = [{ domain: 'steady.example', primary: true }];
  if (line === 'POST /admin/v1/orgs/_setup') return { status: 200, json: { orgId: ORGANIZATION_ID, userId: 'u1', details } };
  if (line === 'POST /management/v1/projects') return { status: 200, json: { id: 'p1', details } };
  if (line === 'POST /management/v1/projects/p1/apps/oidc') return { status: 200, json: { appId: 'a1', clientId: 'c1', details } };
  if (line === 'GET /admin/v1/instances/me')
    return { status: 200, json: { instance: { id: INSTANCE_ID, name, state: 'STATE_RUNNING', domains, details } } };
  if (line.startsWith('GET /admin/v1/orgs/') || line === 'GET /management/v1/orgs/me')
    return { status: 200, json: { org: { id: ORGANIZATION_ID, name, state: 'ORG_STATE_ACTIVE', details } } };
  const result = LISTS[line];
  if (result !== undefined) return { status: 200, json: { details: { totalResult: String(result.length) }, result } };
  if (line.startsWith('POST /management/v1/') || line.startsWith('POST /system/v1/') || line.startsWith('PUT /system/v1/'))
    return { status: 200, json: { details } };
  return line.startsWith('DELETE ') ? { status: 200, json: { details } } : { status: 404, json: { code: 5, message: 'Not Found' } };
}
