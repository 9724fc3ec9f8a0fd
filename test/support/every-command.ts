import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/errors.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import { newHome, type RunOptions } from './flowkiwi.ts';
import { INSTANCE_ID, ORGANIZATION_ID } from './servers/steady-server.ts';

/** The words that call each command, from the command tree itself: `org create`, `tree`. */
export const CALLS: readonly string[] = [
  ...GROUPS.flatMap(({ name, commands }) => commands.map((command) => `${name} ${command.name}`)),
  ...COMMANDS.map(({ name }) => name),
];

/** A way in which a command succeeds, and one in which it fails, both at a steady server. `PORT` is that server's port, `SANDBOX` that of a sandbox. */
export interface Behaviour {
  readonly args: readonly string[];
  readonly stdin?: string;
  /** The provider that it is for, where that is not Flowkiwi. */
  readonly provider?: 'zitadel';
  /** Whose it is to sign in: with these the token of the environment is left out. */
  readonly signedOut?: true;
  /** The lines of `-q`, `SANDBOX` for the URL of the sandbox; `text`: what it prints has no ids and is printed all the same. */
  readonly ids: readonly string[] | 'text';
  readonly failure: Failure;
}

interface Failure {
  readonly code: ErrorCode;
  /** Those of success when absent. */
  readonly args?: readonly string[];
  /** What is wrong around it: the server refuses the token, nobody is signed in, or config.json is damaged. */
  readonly because?: 'refused' | 'signed out' | 'damaged';
}

const REFUSED: Failure = { code: 'auth', because: 'refused' };
const DAMAGED: Failure = { code: 'invalid', because: 'damaged' };
const ORG = [ORGANIZATION_ID];
const INSTANCE = [INSTANCE_ID];
const DOMAIN = ['steady.example'];
const AT = ['steady.example', ...DOMAIN];

/** Every command but those that run until they are told to end, run another program, or wait for a browser. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'auth login': { args: ['--with-token'], stdin: 'steady-token', signedOut: true, ids: [], failure: REFUSED },
  'auth logout': { args: [], signedOut: true, ids: [], failure: DAMAGED },
  'auth status': { args: [], ids: ['default'], failure: { code: 'auth', because: 'signed out' } },
  'auth token': { args: [], ids: 'text', failure: { code: 'auth', because: 'signed out' } },
  'auth app create': { args: [], provider: 'zitadel', ids: ['c1'], failure: { code: 'auth', because: 'signed out' } },
  'auth storage': { args: [], ids: ['default'], failure: DAMAGED },
  'org create': { args: ['Acme Corp'], ids: ORG, failure: REFUSED },
  'org setup': {
    args: ['Acme Corp', '--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example', '--no-input'],
    provider: 'zitadel',
    ids: ORG,
    failure: REFUSED,
  },
  'org get': { args: [], ids: ORG, failure: REFUSED },
  'org list': { args: [], ids: ORG, failure: REFUSED },
  'org use': { args: ORG, ids: ORG, failure: { ...REFUSED, args: ['another'] } },
  'org rename': { args: [...ORG, 'Acme Group'], ids: ORG, failure: REFUSED },
  'org delete': { args: [...ORG, '--yes'], ids: [], failure: REFUSED },
  'org forget': { args: ORG, signedOut: true, ids: ORG, failure: { code: 'not_found', args: ['nothing'] } },
  'org deactivate': { args: ['--yes'], provider: 'zitadel', ids: ORG, failure: REFUSED },
  'org reactivate': { args: [], provider: 'zitadel', ids: ORG, failure: REFUSED },
  'org member add': { args: ['42', '--role', 'ORG_OWNER'], provider: 'zitadel', ids: ['42'], failure: REFUSED },
  'org member list': { args: [], provider: 'zitadel', ids: ['42'], failure: REFUSED },
  'org member remove': { args: ['42'], provider: 'zitadel', ids: [], failure: REFUSED },
  'org domain add': { args: DOMAIN, provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'org domain list': { args: [], provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'org domain verify': { args: DOMAIN, provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'org domain primary': { args: DOMAIN, provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'org domain remove': { args: DOMAIN, provider: 'zitadel', ids: [], failure: REFUSED },
  'instance block': { args: ['steady.example', '--yes'], provider: 'zitadel', ids: INSTANCE, failure: REFUSED },
  'instance unblock': { args: DOMAIN, provider: 'zitadel', ids: INSTANCE, failure: REFUSED },
  'instance domain add': { args: AT, provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'instance domain list': { args: [], provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'instance domain primary': { args: AT, provider: 'zitadel', ids: DOMAIN, failure: REFUSED },
  'instance domain remove': { args: AT, provider: 'zitadel', ids: [], failure: REFUSED },
  'instance create': { args: ['Acme EU', '--handle', 'acme-eu'], ids: INSTANCE, failure: REFUSED },
  'instance get': { args: ['acme-eu'], ids: INSTANCE, failure: REFUSED },
  'instance list': { args: [], ids: INSTANCE, failure: REFUSED },
  'instance rename': { args: ['acme-eu', 'Acme Europe'], ids: INSTANCE, failure: REFUSED },
  'instance transfer': { args: ['acme-eu', '--to', 'another', '--yes'], ids: INSTANCE, failure: REFUSED },
  'instance delete': { args: ['steady.example', '--yes'], provider: 'zitadel', ids: [], failure: REFUSED },
  'profile add': {
    args: ['work', '--url', 'https://api.example'],
    ids: ['work'],
    failure: { code: 'conflict', args: ['staging', '--url', 'https://api.example'] },
  },
  'profile set': {
    args: ['staging', '--callback-port', '8765'],
    ids: ['staging'],
    failure: { code: 'usage', args: ['nothing', '--callback-port', '8765'] },
  },
  'profile list': { args: [], ids: ['default', 'sandbox', 'sandbox-zitadel', 'staging'], failure: DAMAGED },
  'profile show': { args: ['staging'], ids: ['staging'], failure: { code: 'usage', args: ['nothing'] } },
  'profile use': { args: ['staging'], ids: ['staging'], failure: { code: 'usage', args: ['nothing'] } },
  'profile remove': { args: ['staging'], ids: [], failure: DAMAGED },
  'sandbox status': {
    args: ['--port', 'SANDBOX'],
    ids: ['SANDBOX'],
    failure: { code: 'not_found', args: ['--port', 'PORT'] },
  },
  'sandbox logs': {
    args: ['--port', 'SANDBOX', '--path', '/nothing'],
    ids: [],
    failure: { code: 'not_found', args: ['--port', 'PORT'] },
  },
  'sandbox reset': {
    args: ['--port', 'SANDBOX', '--yes'],
    ids: [],
    failure: { code: 'not_found', args: ['--port', 'PORT', '--yes'] },
  },
  onboard: {
    args: ['--org-name', 'Acme Corp', '--instance-name', 'Acme EU', '--handle', 'acme-eu'],
    ids: [...ORG, ...INSTANCE],
    failure: REFUSED,
  },
  apply: { args: ['--org', ...ORG, '--instance-name', 'Acme EU', '--handle', 'acme-eu'], ids: INSTANCE, failure: REFUSED },
  tree: { args: [], ids: [...ORG, ...INSTANCE], failure: REFUSED },
  api: { args: [`/api/organizations/${ORGANIZATION_ID}`], ids: ORG, failure: REFUSED },
  open: { args: ['acme-eu'], ids: 'text', failure: { ...REFUSED, args: INSTANCE } },
  doctor: { args: [], ids: 'text', failure: REFUSED },
  skill: { args: [], ids: 'text', failure: { code: 'usage', args: ['--install', '/dev/null'] } },
  completion: { args: ['bash'], ids: 'text', failure: { code: 'usage', args: ['csh'] } },
  help: { args: ['output'], ids: 'text', failure: { code: 'usage', args: ['nothing'] } },
};

/** Those that run until they are told to end, run another program, or wait for a browser: what they print has tests of its own. */
export const LASTING: readonly string[] = ['sandbox start', 'sandbox exec', 'sandbox open'];

/** Those that print files which the build puts into the bundle, and so run nowhere else. */
export const BUILT_ONLY: readonly string[] = ['completion'];

/** Where commands run: the URLs of a steady server and of a sandbox, and the secret of that. */
export interface Place {
  readonly url: string;
  readonly sandbox: string;
  readonly secret?: string | undefined;
}

/** A run of the command. */
export interface CommandRun {
  readonly args: readonly string[];
  readonly options: RunOptions;
}

/** The command as it succeeds. `more` are further arguments. */
export function succeeding(
  call: string,
  { args, stdin, signedOut, provider }: Behaviour,
  place: Place,
  more: readonly string[],
): CommandRun {
  const env = { FLOWKIWI_URL: place.url, ...providerOf(provider), ...(!signedOut && TOKEN), ...secretOf(place) };
  return { args: words(call, [...args, ...more], place), options: { env, home: homeThatKnows(place.url, KNOWN), ...input(stdin) } };
}

/** The command as it fails. */
export function failing(call: string, { args, stdin, failure, provider }: Behaviour, place: Place, more: readonly string[]): CommandRun {
  const { args: others = args, because } = failure;
  const url = because === 'refused' ? `${place.url}/refused` : place.url;
  const env = { FLOWKIWI_URL: url, ...providerOf(provider), ...(because !== 'signed out' && TOKEN), ...secretOf(place) };
  const home = because === 'damaged' ? damagedHome() : homeThatKnows(url, KNOWN);
  return { args: words(call, [...others, ...more], place), options: { env, home, ...input(stdin) } };
}

const TOKEN = { FLOWKIWI_TOKEN: 'steady-token' };
const KNOWN = [{ id: ORGANIZATION_ID, name: 'Acme Corp' }];

function words(call: string, args: readonly string[], { url, sandbox }: Place): readonly string[] {
  const ports = new Map([
    ['PORT', new URL(url).port],
    ['SANDBOX', new URL(sandbox).port],
  ]);
  return [...call.split(' '), ...args.map((word) => ports.get(word) ?? word)];
}

function secretOf({ secret }: Place): Record<string, string> {
  return secret === undefined ? {} : { FLOWKIWI_SANDBOX_SECRET: secret };
}

function providerOf(provider: Behaviour['provider']): Record<string, string> {
  return provider === undefined ? {} : { FLOWKIWI_PROVIDER: provider };
}

function input(stdin: string | undefined): Pick<RunOptions, 'stdin'> {
  return stdin === undefined ? {} : { stdin };
}

/** A home folder whose profile `default` knows one organization at that URL, the current one, and which has a profile `staging`. */
export function homeThatKnows(url: string, organizations: readonly { readonly id: string; readonly name: string }[]): string {
  const home = newHome();
  const [current] = organizations;
  writeConfig(
    home,
    JSON.stringify({
      version: 1,
      profiles: {
        default: { organizations: { [new URL(url).href]: { current: current?.id, known: organizations } } },
        staging: { url: 'https://staging.example/' },
      },
    }),
  );
  return home;
}

/** A home folder whose config.json is not what flowkiwi writes. */
function damagedHome(): string {
  const home = newHome();
  writeConfig(home, '{"version":');
  return home;
}

function writeConfig(home: string, text: string): void {
  const directory = join(home, '.config', 'flowkiwi');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'config.json'), text, { mode: 0o600 });
}
