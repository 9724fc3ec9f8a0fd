import { at, listOf } from './command.ts';
import { Stopped, unless } from './trial.ts';
import { newPassword, type World } from './world.ts';

const PERSON = ['--first-name', 'Live', '--last-name', 'Test', '--email-verified'];

/** Creates an organization, and reads it in every way. Resolves to its id. */
export async function createOrganization({ needed, verb, suffix }: World): Promise<string> {
  const name = `live ${suffix}`;
  const created = await needed('org create', {
    args: ['org', 'create', name, '--json'],
    problem: (json) => unless(at(json, 'name') === name && typeof at(json, 'id') === 'string', 'it has another name, or no id'),
  });
  const id = String(at(created, 'id'));
  const isIt = (json: unknown) => unless(at(json, 'id') === id, `it is not ${id}`);
  await verb('org create (a taken name)', { args: ['org', 'create', name, '--no-use'], exits: [5] });
  await verb('org create --if-exists skip', {
    args: ['org', 'create', name, '--no-use', '--if-exists', 'skip', '--json'],
    problem: (json) => isIt(json) ?? unless(at(json, 'created') === false, 'it says that it was created'),
  });
  await verb('org get ID', { args: ['org', 'get', id, '--json'], problem: isIt, isLagging: true });
  await verb('org get NAME', { args: ['org', 'get', name, '--json'], problem: isIt, isLagging: true });
  await verb('org get (the current one)', { args: ['org', 'get', '--json'], problem: isIt });
  await verb('org list --name', {
    args: ['org', 'list', '--name', suffix, '--json'],
    problem: (json) => unless(listOf(json).length === 1 && at(listOf(json)[0], 'id') === id, 'it is not the only one with its name'),
    isLagging: true,
  });
  await verb('org list --limit', {
    args: ['org', 'list', '--limit', '1', '-q'],
    problem: (_, { stdout }) => unless(/^\d+\n$/.test(stdout), 'it is not one'),
  });
  await verb('tree', {
    args: ['tree', '--org', id, '--json'],
    problem: (json) => unless(at(listOf(at(listOf(json)[0], 'organizations'))[0], 'id') === id, 'the organization is not in it'),
  });
  return id;
}

/** An id of one's own, which servers before v4 cannot give: they refuse it before anything is created. */
export async function chooseId({ verb, suffix }: World): Promise<void> {
  const own = `live-${suffix}`;
  await verb('org create --org-id', {
    args: ['org', 'create', `own id ${suffix}`, '--org-id', own, '--no-use', '--json'],
    exits: [0, 3],
    problem: (json, { status }) => unless(status === 3 || at(json, 'id') === own, 'it has another id'),
  });
}

export async function changeOrganization({ verb, suffix }: World, id: string): Promise<void> {
  const name = `renamed ${suffix}`;
  await verb('org rename', { args: ['org', 'rename', id, name] });
  await verb('org get ID (renamed)', {
    args: ['org', 'get', id, '--json'],
    problem: (json) => unless(at(json, 'name') === name, 'it has the name before'),
    isLagging: true,
  });
  const domain = `live-${suffix}.example`;
  await verb('org domain add', { args: ['org', 'domain', 'add', domain, '--org', id, '--json'] });
  await verb('org domain list', {
    args: ['org', 'domain', 'list', '--org', id, '--json'],
    problem: (json) =>
      unless(
        listOf(json).some((one) => at(one, 'domain') === domain),
        'the domain is not listed',
      ),
    isLagging: true,
  });
  // Nobody has put the token there: a server that wants domains verified does not find it.
  await verb('org domain verify', { args: ['org', 'domain', 'verify', domain, '--org', id], exits: [0, 75] });
  await verb('org domain remove', { args: ['org', 'domain', 'remove', domain, '--org', id] });
  for (const [verbName, state] of [
    ['deactivate', 'inactive'],
    ['reactivate', 'active'],
  ] as const) {
    await verb(`org ${verbName}`, { args: ['org', verbName, id, '--yes'] });
    await verb(`org get (${state})`, {
      args: ['org', 'get', id, '--json'],
      problem: (json) => unless(at(json, 'state') === state, `it is ${String(at(json, 'state'))}`),
      isLagging: true,
    });
  }
}

/** The app that people sign in through, in an organization of this run. */
export async function createApp({ needed, verb, profile }: World, id: string): Promise<void> {
  const app = await needed('auth app create', {
    args: ['auth', 'app', 'create', '--org', id, '--json'],
    problem: (json) => unless(typeof at(json, 'client_id') === 'string' && at(json, 'created') === true, 'it was not created'),
  });
  const clientId = at(app, 'client_id');
  await verb('auth app create (again)', {
    args: ['auth', 'app', 'create', '--org', id, '--json'],
    problem: (json) => unless(at(json, 'client_id') === clientId && at(json, 'created') === false, 'it is another one'),
  });
  await verb('profile show (its app)', {
    args: ['profile', 'show', profile, '--json'],
    problem: (json) => unless(at(json, 'client_id') === clientId, 'the profile has another client id'),
  });
}

export async function setUpOrganizations({ verb, needed, suffix }: World): Promise<void> {
  const person = (name: string) => ['--user-name', `${name}-${suffix}`, ...PERSON, '--email', `${name}-${suffix}@live.example`];
  await verb('org setup', {
    args: ['org', 'setup', `set up ${suffix}`, ...person('setup'), '--no-use', '--password-stdin', '--json'],
    stdin: newPassword(),
    problem: (json) => unless(typeof at(json, 'user_id') === 'string', 'it does not say who administers it'),
  });
  const made = await needed('onboard --org-name', {
    args: ['onboard', '--org-name', `onboard ${suffix}`, ...person('onboard'), '--password-stdin', '--json'],
    stdin: newPassword(),
    problem: (json) => unless(typeof at(json, 'organization.id') === 'string', 'it has no id'),
  });
  await verb('org forget', { args: ['org', 'forget', String(at(made, 'organization.id'))] });
}

/** A user of one organization becomes a member of another one, and is none at last. */
export async function manageMembers({ verb, suffix }: World, id: string): Promise<void> {
  const user = `setup-${suffix}@live.example`;
  const roles = (json: unknown) => listOf(at(json, 'roles')).join(' ');
  await verb('org member add', {
    args: ['org', 'member', 'add', user, '--role', 'ORG_OWNER', '--org', id, '--json'],
    problem: (json) => unless(roles(json) === 'ORG_OWNER', 'it has other roles'),
    isLagging: true,
  });
  await verb('org member add (one more role)', {
    args: ['org', 'member', 'add', `setup-${suffix}`, '--role', 'ORG_USER_MANAGER', '--org', id, '--json'],
    problem: (json) => unless(roles(json) === 'ORG_OWNER ORG_USER_MANAGER', 'it has other roles'),
    isLagging: true,
  });
  await verb('org member add (a role that is none)', {
    args: ['org', 'member', 'add', user, '--role', 'ORG_NOBODY', '--org', id],
    exits: [2],
  });
  await verb('org member list', {
    args: ['org', 'member', 'list', '--org', id, '--json'],
    problem: (json) =>
      unless(
        listOf(json).some((one) => roles(one) === 'ORG_OWNER ORG_USER_MANAGER'),
        'the member is not listed with its roles',
      ),
    isLagging: true,
  });
  await verb('org member remove', { args: ['org', 'member', 'remove', user, '--org', id] });
  await verb('org member remove (again)', { args: ['org', 'member', 'remove', user, '--org', id], exits: [3] });
}

/** Requests of one's own. */
export async function callApi({ verb, suffix }: World, id: string): Promise<void> {
  await verb('api GET', {
    args: ['api', '/management/v1/orgs/me', '-H', `x-zitadel-orgid: ${id}`],
    problem: (json) => unless(at(json, 'org.id') === id, 'it is another organization'),
  });
  await verb('api POST _search --paginate', {
    args: ['api', 'POST', '/admin/v1/orgs/_search', '-f', 'query[limit]=5', '--paginate', '-q'],
    problem: (_, { stdout }) => unless(stdout.split('\n').includes(id), `${id} is not among them`),
    isLagging: true,
  });
  await verb('api (what is not there)', { args: ['api', `/admin/v1/orgs/${suffix}`], exits: [3] });
}

/** Deletes an organization, and sees that it is gone here and there. */
export async function deleteOrganization({ needed, verb }: World, id: string): Promise<void> {
  await verb('org use', { args: ['org', 'use', id] });
  await needed('org delete', { args: ['org', 'delete', id, '--yes'] });
  await verb('org get (deleted)', { args: ['org', 'get', id], exits: [3], isLagging: true });
  await verb('org forget (deleted)', { args: ['org', 'forget', id], exits: [3] });
}

/** The id of an organization that others need. Throws `Stopped` where there is none. */
export function required(id: string | undefined): string {
  if (id === undefined) throw new Stopped('org create');
  return id;
}
