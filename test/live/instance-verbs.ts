import { at, listOf } from './command.ts';
import { unless } from './trial.ts';
import { newPassword, type World } from './world.ts';

/** An instance that a machine owns: created, read, changed, worked in as its owner, and deleted. */
export async function instanceOfMachine(world: World): Promise<void> {
  const { needed, verb, suffix, file } = world;
  const [name, domain] = [`live-${suffix}`, `live-${suffix}.live.example`];
  const machine = [
    '--machine',
    'Robot',
    '--machine-user-name',
    'robot',
    '--pat-out',
    file('instance.pat'),
    '--key-out',
    file('instance.json'),
  ];
  const create = ['instance', 'create', name, '--first-org', `first ${suffix}`, '--domain', domain];
  const created = await needed('instance create (a machine)', {
    args: [...create, ...machine, '--json'],
    problem: (json) =>
      unless(at(json, 'state') === 'running' && at(json, 'primary_domain') === domain, 'it does not run, or has another domain'),
  });
  const id = String(at(created, 'id'));
  const isIt = (json: unknown) => unless(at(json, 'id') === id, `it is not ${id}`);
  const other = ['--machine', 'Robot', '--machine-user-name', 'robot', '--pat-out'];
  await verb('instance create (a taken domain)', { args: [...create, ...other, file('other.pat')], exits: [5] });
  await verb('instance create --if-exists skip', {
    args: [...create, ...other, file('another.pat'), '--if-exists', 'skip', '--json'],
    problem: (json) => isIt(json) ?? unless(at(json, 'created') === false, 'it says that it was created'),
  });
  await verb('instance get ID', { args: ['instance', 'get', id, '--json'], problem: isIt, isLagging: true });
  await verb('instance get DOMAIN', { args: ['instance', 'get', domain, '--json'], problem: isIt, isLagging: true });
  for (const sort of ['id', 'name:desc', 'created_at'])
    await verb(`instance list --sort ${sort}`, {
      args: ['instance', 'list', '--sort', sort, '-q'],
      problem: (_, { stdout }) => unless(stdout.split('\n').filter((line) => line === id).length === 1, `${id} is not listed once`),
      isLagging: true,
    });
  await verb('instance list --limit', {
    args: ['instance', 'list', '--limit', '1', '-q'],
    problem: (_, { stdout }) => unless(/^\d+\n$/.test(stdout), 'it is not one'),
  });
  const renamed = `renamed-${suffix}`;
  await verb('instance rename', { args: ['instance', 'rename', id, renamed] });
  await verb('instance get (renamed)', {
    args: ['instance', 'get', id, '--json'],
    problem: (json) => unless(at(json, 'name') === renamed, 'it has the name before'),
    isLagging: true,
  });
  const generated = listOf(at(created, 'domains')).find((one) => one !== domain);
  await workAsOwner(world, String(generated ?? domain));
  await changeDomains(world, id, domain);
  for (const change of ['block', 'unblock']) await verb(`instance ${change}`, { args: ['instance', change, id, '--yes'] });
  await needed('instance delete', { args: ['instance', 'delete', id, '--yes'] });
  await verb('instance get (deleted)', { args: ['instance', 'get', id], exits: [3], isLagging: true });
}

/** In the new instance, which the server knows by its host: by its key, and by its token. */
async function workAsOwner({ server, needed, verb, file, suffix }: World, domain: string): Promise<void> {
  const { port } = new URL(server.url);
  const host = port === '' ? domain : `${domain}:${port}`;
  await needed('profile add --instance-host', {
    args: ['profile', 'add', 'owner', '--provider', 'zitadel', '--url', server.url, '--instance-host', host, '-q'],
  });
  const ways = { '--key-file': [file('instance.json')], '--with-token': [] };
  for (const [way, more] of Object.entries(ways)) {
    await verb(`login ${way} (new instance)`, {
      args: ['--profile', 'owner', 'login', way, ...more],
      stdin: way === '--with-token' ? { file: file('instance.pat') } : undefined,
      isLagging: true,
    });
    await verb('org list (new instance)', {
      args: ['--profile', 'owner', 'org', 'list', '--json'],
      problem: (json) =>
        unless(
          listOf(json).some((one) => at(one, 'name') === `first ${suffix}`),
          'its first organization is not listed',
        ),
      isLagging: true,
    });
  }
  await verb('org create (new instance)', { args: ['--profile', 'owner', 'org', 'create', `second ${suffix}`, '--json'] });
  await verb('instance get (its own)', {
    args: ['--profile', 'owner', 'instance', 'get', '--json'],
    problem: (json) => unless(String(at(json, 'name')).includes(suffix), 'it is another instance'),
    isLagging: true,
  });
  await verb('auth logout (new instance)', { args: ['--profile', 'owner', 'auth', 'logout'] });
  await verb('profile remove', { args: ['profile', 'remove', 'owner', '--yes'] });
}

async function changeDomains({ verb, suffix }: World, id: string, primary: string): Promise<void> {
  const domain = `other-${suffix}.live.example`;
  await verb('instance domain add', { args: ['instance', 'domain', 'add', id, domain, '--json'] });
  const isListed = (json: unknown, wanted: boolean) => listOf(json).some((one) => at(one, 'domain') === domain) === wanted;
  await verb('instance domain list', {
    args: ['instance', 'domain', 'list', id, '--json'],
    problem: (json) => unless(isListed(json, true), 'the domain is not listed'),
    isLagging: true,
  });
  await verb('instance domain primary', { args: ['instance', 'domain', 'primary', id, domain] });
  await verb('instance domain primary (back)', { args: ['instance', 'domain', 'primary', id, primary] });
  await verb('instance domain remove', { args: ['instance', 'domain', 'remove', id, domain, '--yes'] });
}

/** Instances that people own. */
export async function instancesOfPeople({ verb, suffix }: World): Promise<void> {
  const person = ['--user-name', 'jane', '--first-name', 'Live', '--last-name', 'Test', '--email', `jane-${suffix}@live.example`];
  await verb('instance create (a person)', {
    args: ['instance', 'create', `person-${suffix}`, ...person, '--email-verified', '--password-stdin', '--json'],
    stdin: newPassword(),
    problem: (json) => unless(at(json, 'state') === 'running', 'it does not run'),
  });
  await verb('onboard --instance-name', {
    args: ['onboard', '--instance-name', `onboard-${suffix}`, ...person, '--password-stdin', '--json'],
    stdin: newPassword(),
    problem: (json) => unless(at(json, 'instance.state') === 'running', 'it does not run'),
  });
}
