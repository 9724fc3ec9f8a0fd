import { writeFileSync } from 'node:fs';
import { at, listOf } from './command.ts';
import { unless } from './trial.ts';
import type { World } from './world.ts';

/** A profile of the server, and the ways to sign in that need no person. */
export async function addProfile({ server, needed, verb, profile }: World): Promise<void> {
  const { url, systemUser, instanceHost } = server;
  const system = systemUser
    ? [
        '--system-user',
        systemUser.name,
        '--system-key',
        systemUser.keyFile,
        ...(systemUser.audience ? ['--system-audience', systemUser.audience] : []),
      ]
    : [];
  const host = instanceHost === undefined ? [] : ['--instance-host', instanceHost];
  await needed('profile add', {
    args: ['profile', 'add', profile, '--provider', 'zitadel', '--url', url, ...system, ...host, '--use', '--json'],
  });
  await verb('profile set', { args: ['profile', 'set', profile, '--login-hint', 'nobody@live.example'] });
  await verb('profile show', {
    args: ['profile', 'show', profile, '--json'],
    problem: (json) =>
      unless(at(json, 'provider') === 'zitadel' && at(json, 'sign_in.login_hint') === 'nobody@live.example', 'it shows other settings'),
  });
  await verb('profile list', {
    args: ['profile', 'list', '-q'],
    problem: (_, { stdout }) => unless(stdout.split('\n').includes(profile), 'the profile is not listed'),
  });
}

export async function signInWithToken({ server, needed, verb }: World): Promise<void> {
  await needed('login --with-token', { args: ['login', '--with-token', '--json'], stdin: { file: server.patFile } });
  await verb('auth status --check', {
    args: ['auth', 'status', '--check', '--json'],
    problem: (json) => unless(typeof at(json, 'user.name') === 'string', 'it does not say who is signed in'),
  });
  await verb('auth token', { args: ['auth', 'token'], problem: (_, { stdout }) => unless(stdout.trim() !== '', 'no token is printed') });
}

/** A machine in an organization of this run, which signs in by its secret and by its key; it goes with the organization. */
export async function signInAsMachine(world: World, organizationId: string): Promise<void> {
  const { needed, verb, suffix, file, server } = world;
  const api = (...args: readonly string[]) => ['api', ...args, '-H', `x-zitadel-orgid: ${organizationId}`];
  const userName = `robot-${suffix}`;
  const machine = await needed('api POST (a machine)', {
    args: api('POST', '/management/v1/users/machine', '-f', `userName=${userName}`, '-f', 'name=Robot'),
    problem: (json) => unless(typeof at(json, 'userId') === 'string', 'it has no id'),
  });
  const id = String(at(machine, 'userId'));
  await needed('org member add', {
    args: ['org', 'member', 'add', id, '--role', 'ORG_OWNER', '--org', organizationId, '--json'],
    problem: (json) => unless(listOf(at(json, 'roles')).includes('ORG_OWNER'), 'the member has other roles'),
  });
  await verb('org member list', {
    args: ['org', 'member', 'list', '--org', organizationId, '-q'],
    isLagging: true,
    problem: (_, { stdout }) => unless(stdout.split('\n').includes(id), 'the member is not listed'),
  });

  const secret = await needed('api PUT (its secret)', { args: api('PUT', `/management/v1/users/${id}/secret`) });
  writeFileSync(file('secret'), String(at(secret, 'clientSecret')), { mode: 0o600 });
  const key = await needed('api POST (its key)', {
    args: api('POST', `/management/v1/users/${id}/keys`, '-f', 'type=KEY_TYPE_JSON'),
  });
  writeFileSync(file('key.json'), Buffer.from(String(at(key, 'keyDetails')), 'base64'), { mode: 0o600 });

  const host = server.instanceHost === undefined ? [] : ['--instance-host', server.instanceHost];
  const place = ['--provider', 'zitadel', '--url', server.url, ...host];
  const ways = {
    robot: ['--client-credentials', '--client-id', String(at(secret, 'clientId')), '--client-secret-file', file('secret')],
    'robot-key': ['--key-file', file('key.json')],
  };
  for (const [profile, way] of Object.entries(ways)) {
    await needed('profile add', { args: ['profile', 'add', profile, ...place, '-q'] });
    await verb(`login ${way[0]}`, { args: ['--profile', profile, 'login', ...way], isLagging: true });
    await verb('org get (as a machine)', {
      args: ['--profile', profile, 'org', 'get', '-q'],
      isLagging: true,
      problem: (_, { stdout }) => unless(stdout.trim() === organizationId, 'it is another organization'),
    });
    await verb('auth logout', { args: ['--profile', profile, 'auth', 'logout'] });
    await verb('profile remove', { args: ['profile', 'remove', profile, '--yes'] });
  }
  await verb('org member remove', { args: ['org', 'member', 'remove', id, '--org', organizationId] });
}

export async function leave({ verb, profile }: World): Promise<void> {
  // The token is not this run's to revoke: ZITADEL ends none of its personal access tokens so.
  await verb('auth logout', { args: ['auth', 'logout'] });
  await verb('profile remove', { args: ['profile', 'remove', profile, '--yes'] });
}
