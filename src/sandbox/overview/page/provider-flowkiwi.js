// Flowkiwi: organizations, with instances in them.
import { date } from './formats.js';
import { ask, command } from './sandbox.js';

/** @typedef {import('./types.d.ts').Node} Node */
/** @typedef {import('./types.d.ts').Root} Root */
/** @typedef {{ readonly email: string }} Member */
/** @typedef {{ readonly id: string, readonly name: string, readonly handle: string, readonly created_at: string, readonly updated_at: string }} Instance */
/** @typedef {{ readonly id: string, readonly name: string, readonly created_at: string, readonly updated_at: string, readonly owners: readonly Member[], readonly members: readonly Member[], readonly instance_count: number, readonly instances: readonly Instance[] }} Organization */

/** @type {import('./types.d.ts').Provider} */
export const flowkiwi = {
  rootNoun: 'organization',
  childNoun: 'instance',
  rootFields: [
    { name: 'name', label: 'Name' },
    { name: 'email', label: 'Owner', type: 'email', value: 'jane@acme.example', help: 'The e-mail address that signs in as the owner.' },
  ],
  childFields: [
    { name: 'name', label: 'Name' },
    { name: 'handle', label: 'Handle', help: 'At most 30 small letters, with hyphens between them. It is unique, and does not change.' },
  ],
  commands: [
    command('--profile sandbox login'),
    command('--profile sandbox org create "Acme Corp"'),
    command('--profile sandbox instance create "Acme EU" --handle acme-eu'),
  ],
  listRoots: async (search) => {
    const answer = /** @type {{ organizations: readonly Organization[], total: number }} */ (
      await ask('GET', `organizations?${query(search)}`)
    );
    return { found: answer.organizations.map(rootOf), total: answer.total };
  },
  listChildren: async (id, search) => {
    const path = `organizations/${id}/instances?${query(search)}`;
    const answer = /** @type {{ instances: readonly Instance[], total: number }} */ (await ask('GET', path));
    return { found: answer.instances.map(childOf), total: answer.total };
  },
  readRoot: (answer) => rootOf(/** @type {Organization} */ (answer)),
  readChild: (answer) => childOf(/** @type {Instance} */ (answer)),
  rootsPath: 'organizations',
  rootPath: (id) => `organizations/${id}`,
  childrenPath: (id) => `organizations/${id}/instances`,
  childPath: (id) => `instances/${id}`,
};

/**
 * The part of a list, as the controls are asked for it.
 * @param {import('./types.d.ts').Search} search
 */
export function query({ text, limit, offset }) {
  return new URLSearchParams({ text, limit: String(limit), offset: String(offset) });
}

/** @param {Organization} organization @returns {Root} */
function rootOf({ id, name, created_at, updated_at, owners, members, instance_count, instances }) {
  /** @type {Node['facts']} */
  const facts = members.length === 0 ? [] : [['Members', members.map(({ email }) => email).join(', ')]];
  return {
    ...{ id, name, label: '', created: created_at, owners: owners.map(({ email }) => email) },
    facts: [...facts, ['Changed', date(updated_at)]],
    childCount: instance_count,
    children: instances.map(childOf),
  };
}

/** @param {Instance} instance @returns {Node} */
function childOf({ id, name, handle, created_at, updated_at }) {
  const host = `http://${handle}.product-management.localhost:${location.port}/rest/api/`;
  return {
    ...{ id, name, label: handle, created: created_at, owners: [] },
    facts: [
      ['Handle', handle, true],
      ['Product management', host, true],
      ['Changed', date(updated_at)],
    ],
  };
}
