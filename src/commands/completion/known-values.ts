import { type Context, createContext } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { environmentIdentity } from '../../context/environment-identity.ts';
import { tidyEnvironment } from '../../context/environment-variables.ts';
import { UNATTENDED_OPTIONS } from '../../context/global-options.ts';
import { profileNames, resolveProfile } from '../../context/profile.ts';
import type { ForProvider } from '../../context/provider-defaults.ts';
import { assertBelongs } from '../../context/stored-credential.ts';
import type { Edges, Output } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import type { Credential } from '../../identity/credential.ts';
import { isHandle } from '../../identity/flowkiwi/handle.ts';
import { terminalSafe } from '../../output/terminal-text.ts';
import { isSealed } from '../../storage/credential.ts';
import type { Lookup } from './answer.ts';
import type { Candidate } from './question.ts';

/** Longest wait for the server. */
const PATIENCE_MS = 300;
/** As many handles as can be looked through. */
const MOST_INSTANCES = 100;
/** What no shell takes for more than a word: bash inserts candidates as they are. */
const WORD = /^\w[\w.-]*$/;

/**
 * Looks up profiles and organizations in the user's files, and handles at the server, with the credential that there is: it is
 * never refreshed, nobody is asked anything, nothing is printed, and a server that does not answer at once is not waited for.
 * Whatever a shell could take for more than a name is left out.
 */
export function createLookup(edges: Edges, version: string): Lookup {
  return async ({ values, profile, org }, typed) => {
    const patience = new AbortController();
    const { env } = tidyEnvironment(edges.env);
    // Without --timeout: the wait for the server is bounded below, and what comes before it takes its time on a busy machine.
    const options = { ...UNATTENDED_OPTIONS, profile, org };
    const context = createContext({ edges: { ...silent(edges, patience.signal), env }, options, version, effect: 'reads' });
    const found = { profiles, organizations, instances }[values];
    return (await found(context, typed, patience)).map(({ value, description }) => ({ value, description: terminalSafe(description) }));
  };
}

async function profiles({ config }: Context): Promise<readonly Candidate[]> {
  const stored = await config.read();
  return profileNames(stored)
    .filter((name) => WORD.test(name))
    .map((value) => ({ value, description: resolveProfile({ profile: value }, {}, stored).url.origin }));
}

async function organizations(context: Context): Promise<readonly Candidate[]> {
  const { known } = await (await context.organizations()).read();
  return known.filter(({ id }) => WORD.test(id)).map(({ id, name }) => ({ value: id, description: name }));
}

/** Where instances have handles that anybody may list: those of ZITADEL are listed for its system users alone. */
const HAS_HANDLES: ForProvider = { flowkiwi: true, zitadel: false };

async function instances(context: Context, typed: string, patience: AbortController): Promise<readonly Candidate[]> {
  const organizationId = await (await context.organizations()).target(context.options.org ?? context.edges.env['FLOWKIWI_ORG']);
  const profile = await context.profile();
  if (!HAS_HANDLES[profile.provider]) return [];
  const provider = context.connect(profile, await credentialAtHand(context));
  const found: Candidate[] = [];
  const collect = async () => {
    const query = { limit: MOST_INSTANCES, ...(typed !== '' && { handle: typed }) };
    for await (const { handle, name } of provider.listInstances(organizationId, query)) {
      if (handle === null || !isHandle(handle)) continue;
      if (found.push({ value: handle, description: name ?? '' }) >= MOST_INSTANCES) return;
    }
  };
  const late = context.edges.clock.sleep(PATIENCE_MS).then(() => patience.abort());
  await Promise.race([collect(), late]);
  return found;
}

/** The credential without a renewal, whether or not it lasts. Throws `auth` when there is none for this server. */
async function credentialAtHand({ edges, credentials, profile }: Context): Promise<Credential> {
  const fromEnvironment = environmentCredential(edges.env);
  if (fromEnvironment) return fromEnvironment;
  // To sign in takes longer than a person waits for a completion.
  if (environmentIdentity(edges.env)) throw new CliError('auth', 'not signed in yet');
  const { name, ...rest } = await profile();
  const stored = (await credentials.read())?.get(name);
  if (!stored) throw new CliError('auth', `not signed in (profile ${name})`);
  assertBelongs(stored, { name, ...rest }, '');
  // The keychain may have a question for the user, and takes its time.
  if (isSealed(stored)) throw new CliError('auth', `the credential of profile ${name} is sealed`);
  return {
    source: 'the stored credential',
    remedy: '',
    accessToken: () => Promise.resolve(stored.accessToken),
    renew: () => Promise.resolve(undefined),
  };
}

/** The same world, without anybody to talk to. */
function silent(edges: Edges, interruption: AbortSignal): Edges {
  const stderr: Output = {
    isTerminal: false,
    columns: undefined,
    write: () => Promise.resolve(),
    isClosed: () => true,
    get stream() {
      return edges.stderr.stream;
    },
  };
  return { ...edges, stderr, interruption, openUrl: () => Promise.resolve(false) };
}
