import { helpAbout } from './help/help.ts';
import type { Command, Commands } from './kit/command.ts';

/** The words that call a command, and how it is loaded: a command line loads those only whose names stand in it. */
interface Entry {
  readonly name: string;
  readonly shortcut?: string;
  readonly load: () => Promise<Command>;
}

interface Group {
  /** One word, or two for a noun within another one, which comes before it. */
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Entry[];
}

/** Commands under a noun, in the order of the help. */
const GROUPS: readonly Group[] = [
  {
    name: 'auth',
    summary: 'sign in and out',
    commands: [
      { name: 'login', shortcut: 'login', load: async () => (await import('./auth/login.ts')).authLogin },
      { name: 'logout', shortcut: 'logout', load: async () => (await import('./auth/logout.ts')).authLogout },
      { name: 'status', shortcut: 'whoami', load: async () => (await import('./auth/status.ts')).authStatus },
      { name: 'token', load: async () => (await import('./auth/token.ts')).authToken },
      { name: 'storage', load: async () => (await import('./auth/storage.ts')).authStorage },
    ],
  },
  {
    name: 'auth app',
    summary: 'the app that people sign in through (ZITADEL)',
    commands: [{ name: 'create', load: async () => (await import('./app/create.ts')).authAppCreate }],
  },
  {
    name: 'org',
    summary: 'create, read and change organizations',
    commands: [
      { name: 'create', load: async () => (await import('./org/create.ts')).orgCreate },
      { name: 'setup', load: async () => (await import('./org/setup.ts')).orgSetup },
      { name: 'get', load: async () => (await import('./org/get.ts')).orgGet },
      { name: 'list', load: async () => (await import('./org/list.ts')).orgList },
      { name: 'use', load: async () => (await import('./org/use.ts')).orgUse },
      { name: 'rename', load: async () => (await import('./org/rename.ts')).orgRename },
      { name: 'delete', load: async () => (await import('./org/delete.ts')).orgDelete },
      { name: 'forget', load: async () => (await import('./org/forget.ts')).orgForget },
      { name: 'deactivate', load: async () => (await import('./org/deactivate.ts')).orgDeactivate },
      { name: 'reactivate', load: async () => (await import('./org/reactivate.ts')).orgReactivate },
    ],
  },
  {
    name: 'org member',
    summary: 'who has which roles in an organization (ZITADEL)',
    commands: [
      { name: 'add', load: async () => (await import('./org/member/add.ts')).orgMemberAdd },
      { name: 'list', load: async () => (await import('./org/member/list.ts')).orgMemberList },
      { name: 'remove', load: async () => (await import('./org/member/remove.ts')).orgMemberRemove },
    ],
  },
  {
    name: 'org domain',
    summary: 'the domains of an organization (ZITADEL)',
    commands: [
      { name: 'add', load: async () => (await import('./org/domain/add.ts')).orgDomainAdd },
      { name: 'list', load: async () => (await import('./org/domain/list.ts')).orgDomainList },
      { name: 'verify', load: async () => (await import('./org/domain/verify.ts')).orgDomainVerify },
      { name: 'primary', load: async () => (await import('./org/domain/primary.ts')).orgDomainPrimary },
      { name: 'remove', load: async () => (await import('./org/domain/remove.ts')).orgDomainRemove },
    ],
  },
  {
    name: 'instance',
    summary: 'create, read and change instances',
    commands: [
      { name: 'create', load: async () => (await import('./instance/create.ts')).instanceCreate },
      { name: 'get', load: async () => (await import('./instance/get.ts')).instanceGet },
      { name: 'list', load: async () => (await import('./instance/list.ts')).instanceList },
      { name: 'rename', load: async () => (await import('./instance/rename.ts')).instanceRename },
      { name: 'transfer', load: async () => (await import('./instance/transfer.ts')).instanceTransfer },
      { name: 'delete', load: async () => (await import('./instance/delete.ts')).instanceDelete },
      { name: 'block', load: async () => (await import('./instance/block.ts')).instanceBlock },
      { name: 'unblock', load: async () => (await import('./instance/unblock.ts')).instanceUnblock },
    ],
  },
  {
    name: 'instance domain',
    summary: 'the domains of an instance (ZITADEL)',
    commands: [
      { name: 'add', load: async () => (await import('./instance/domain/add.ts')).instanceDomainAdd },
      { name: 'list', load: async () => (await import('./instance/domain/list.ts')).instanceDomainList },
      { name: 'primary', load: async () => (await import('./instance/domain/primary.ts')).instanceDomainPrimary },
      { name: 'remove', load: async () => (await import('./instance/domain/remove.ts')).instanceDomainRemove },
    ],
  },
  {
    name: 'profile',
    summary: 'named connections: other servers, other accounts',
    commands: [
      { name: 'add', load: async () => (await import('./profile/add.ts')).profileAdd },
      { name: 'set', load: async () => (await import('./profile/set.ts')).profileSet },
      { name: 'list', load: async () => (await import('./profile/list.ts')).profileList },
      { name: 'show', load: async () => (await import('./profile/show.ts')).profileShow },
      { name: 'use', load: async () => (await import('./profile/use.ts')).profileUse },
      { name: 'remove', load: async () => (await import('./profile/remove.ts')).profileRemove },
    ],
  },
  {
    name: 'sandbox',
    summary: 'a sign-in server and an Identity API on this machine',
    commands: [
      { name: 'start', load: async () => (await import('./sandbox/start.ts')).sandboxStart },
      { name: 'exec', load: async () => (await import('./sandbox/exec.ts')).sandboxExec },
      { name: 'status', load: async () => (await import('./sandbox/status.ts')).sandboxStatus },
      { name: 'open', load: async () => (await import('./sandbox/open.ts')).sandboxOpen },
      { name: 'logs', load: async () => (await import('./sandbox/logs.ts')).sandboxLogs },
      { name: 'reset', load: async () => (await import('./sandbox/reset.ts')).sandboxReset },
    ],
  },
];

/** Commands that stand alone. */
const COMMANDS: readonly Entry[] = [
  { name: 'onboard', load: async () => (await import('./onboard/onboard.ts')).onboard },
  { name: 'tree', load: async () => (await import('./tree/tree.ts')).tree },
  { name: 'apply', load: async () => (await import('./apply/apply.ts')).apply },
  { name: 'api', load: async () => (await import('./api/api.ts')).api },
  { name: 'open', load: async () => (await import('./open/open.ts')).open },
  { name: 'doctor', load: async () => (await import('./doctor/doctor.ts')).doctor },
  { name: 'skill', load: async () => (await import('./skill/skill.ts')).skill },
  { name: 'completion', load: async () => (await import('./completion/completion.ts')).completion },
  { name: 'help', load: async () => helpAbout(everyCommand) },
];

/** All commands, loaded. */
export function everyCommand(): Promise<Commands> {
  return load(
    () => true,
    () => true,
  );
}

/**
 * The commands that one of the words may call, loaded; and every noun that is among the words, with those of its commands that are. Of `org` and
 * `org member` it is the longer one that is called.
 */
export function commandsAmong(words: readonly string[]): Promise<Commands> {
  const isNamed = (name: string) => name.split(' ').every((word) => words.includes(word));
  const isCalled = (noun: string) => !GROUPS.some(({ name }) => name.startsWith(`${noun} `) && isNamed(name));
  return load(isNamed, isCalled);
}

async function load(isNamed: (name: string) => boolean, isCalled: (noun: string) => boolean): Promise<Commands> {
  const loaded = async (entries: readonly Entry[], isNounCalled: boolean) => {
    const wanted = entries.filter(({ name, shortcut }) => (isNounCalled && isNamed(name)) || (shortcut !== undefined && isNamed(shortcut)));
    return Promise.all(wanted.map(async ({ load, shortcut }) => ({ ...(await load()), shortcut })));
  };
  const groups = GROUPS.map(async ({ name, summary, commands }) => ({
    name,
    summary,
    commands: await loaded(commands, isNamed(name) && isCalled(name)),
  }));
  return {
    groups: (await Promise.all(groups)).filter(({ name, commands }) => commands.length > 0 || isNamed(name)),
    commands: await loaded(COMMANDS, true),
  };
}
