// ZITADEL: instances, with organizations in them.
import { query } from './provider-flowkiwi.js';
import { ask, command } from './sandbox.js';

/** @typedef {import('./types.d.ts').Node} Node */
/** @typedef {import('./types.d.ts').Root} Root */
/** @typedef {{ readonly user_id: string, readonly user_name: string | null, readonly roles: readonly string[] }} Member */
/** @typedef {{ readonly id: string, readonly name: string, readonly primary_domain: string, readonly created_at: string, readonly state: string, readonly members: readonly Member[] }} Organization */
/** @typedef {{ readonly id: string, readonly name: string, readonly primary_domain: string, readonly created_at: string, readonly is_default: boolean, readonly organization_count: number, readonly organizations: readonly Organization[] }} Instance */

/** @type {import('./types.d.ts').Provider} */
export const zitadel = {
  rootNoun: 'instance',
  childNoun: 'organization',
  rootFields: [
    { name: 'name', label: 'Name', help: 'Its first organization gets the same name.' },
    { name: 'email', label: 'Owner', type: 'email', value: 'jane@acme.example', help: 'Its first user, who may do everything in it.' },
  ],
  childFields: [{ name: 'name', label: 'Name' }],
  commands: [
    command('--profile sandbox-zitadel login'),
    command('--profile sandbox-zitadel org create "Acme Corp"'),
    command('--profile sandbox-zitadel org list'),
  ],
  listRoots: async (search) => {
    const answer = /** @type {{ instances: readonly Instance[], total: number }} */ (
      await ask('GET', `zitadel/instances?${query(search)}`)
    );
    return { found: answer.instances.map(rootOf), total: answer.total };
  },
  listChildren: async (id, search) => {
    const path = `zitadel/instances/${id}/organizations?${query(search)}`;
    const answer = /** @type {{ organizations: readonly Organization[], total: number }} */ (await ask('GET', path));
    return { found: answer.organizations.map(childOf), total: answer.total };
  },
  readRoot: (answer) => rootOf(/** @type {Instance} */ (answer)),
  readChild: (answer) => childOf(/** @type {Organization} */ (answer)),
  rootsPath: 'zitadel/instances',
  rootPath: (id) => `zitadel/instances/${id}`,
  childrenPath: (id) => `zitadel/instances/${id}/organizations`,
  childPath: (id) => `zitadel/organizations/${id}`,
};

/** @param {Instance} instance @returns {Root} */
function rootOf({ id, name, primary_domain, created_at, is_default, organization_count, organizations }) {
  return {
    ...{ id, name, label: primary_domain, created: created_at, owners: [] },
    facts: [['Domain', is_default ? `${primary_domain}: it answers at the address of the sandbox` : primary_domain]],
    childCount: organization_count,
    children: organizations.map(childOf),
  };
}

/** @param {Organization} organization @returns {Node} */
function childOf({ id, name, primary_domain, created_at, state, members }) {
  const nameOf = (/** @type {Member} */ { user_id, user_name }) => user_name ?? user_id;
  const owners = members.filter(({ roles }) => roles.includes('ORG_OWNER')).map(nameOf);
  const others = members
    .filter(({ roles }) => !roles.includes('ORG_OWNER'))
    .map((member) => `${nameOf(member)} (${member.roles.join(', ')})`);
  return {
    ...{ id, name, label: primary_domain, created: created_at, owners },
    facts: [
      ['Domain', primary_domain, true],
      ['State', state],
      ...(others.length === 0 ? [] : [/** @type {const} */ (['Members', others.join(', ')])]),
    ],
  };
}
