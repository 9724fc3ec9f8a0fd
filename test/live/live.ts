import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandIn } from './command.ts';
import { instanceOfMachine, instancesOfPeople } from './instance-verbs.ts';
import { type LiveServer, readOptions, USAGE } from './options.ts';
import {
  callApi,
  changeOrganization,
  chooseId,
  createApp,
  createOrganization,
  deleteOrganization,
  manageMembers,
  required,
  setUpOrganizations,
} from './organization-verbs.ts';
import { addProfile, leave, signInAsMachine, signInWithToken } from './sign-in-verbs.ts';
import { startStandIn, VERSIONS } from './stand-in.ts';
import { headingLine, rowLine } from './table.ts';
import { createTrial, type Row } from './trial.ts';
import { cleanUp, createWorld } from './world.ts';

/** Tries every verb at the server that the command line names, with the built command at `program`. Resolves to the exit status. */
export async function live(args: readonly string[], program: string, say: (line: string) => void): Promise<number> {
  let wanted: LiveServer | 'sandbox';
  try {
    wanted = readOptions(args);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort());
  const surroundings = { program, say, signal: interruption.signal };
  if (wanted !== 'sandbox') return summary(await inFolder((directory) => tryAt(wanted, { ...surroundings, directory })), surroundings);
  const rows: Row[] = [];
  for (const version of VERSIONS) {
    if (interruption.signal.aborted) break;
    say(`\nThe sandbox as ZITADEL ${version}`);
    rows.push(
      ...(await inFolder(async (directory) => {
        const { server, stop } = await startStandIn(program, version, directory);
        return tryAt(server, { ...surroundings, directory }).finally(stop);
      })),
    );
  }
  return summary(rows, surroundings);
}

/** Exit status of a run that somebody has ended. */
const INTERRUPTED = 130;

interface Surroundings {
  readonly program: string;
  /** A new folder, for the files of this run. */
  readonly directory: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

async function tryAt(server: LiveServer, { program, directory, say, signal }: Surroundings): Promise<readonly Row[]> {
  const run = commandIn(join(directory, 'config'), program);
  const show = (row: Row) => say(rowLine(row));
  const world = createWorld(createTrial(run, show, signal), server, { run, directory });
  say(headingLine());
  const left: Row[] = [];
  try {
    await world.group('everything', async () => {
      await addProfile(world);
      await signInWithToken(world);
      await tryVerbs(world);
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    say('interrupted: what was created is deleted');
  } finally {
    left.push(...(await cleanUp(world)));
    for (const row of left) show(row);
  }
  if (!signal.aborted) await world.group('signing out', () => leave(world));
  return [...world.rows, ...left];
}

async function tryVerbs(world: ReturnType<typeof createWorld>): Promise<void> {
  let organization: string | undefined;
  await world.group('org', async () => {
    organization = await createOrganization(world);
  });
  await world.group('org --org-id', () => chooseId(world));
  await world.group('auth app', () => createApp(world, required(organization)));
  await world.group('login as a machine', () => signInAsMachine(world, required(organization)));
  await world.group('org', () => changeOrganization(world, required(organization)));
  await world.group('api', () => callApi(world, required(organization)));
  await world.group('org setup', () => setUpOrganizations(world));
  await world.group('org member', () => manageMembers(world, required(organization)));
  await world.group('org delete', () => deleteOrganization(world, required(organization)));
  if (!world.server.systemUser) return;
  await world.group('instance', () => instanceOfMachine(world));
  await world.group('instance of a person', () => instancesOfPeople(world));
}

async function inFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'flowkiwi-live-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function summary(rows: readonly Row[], { say, signal }: Pick<Surroundings, 'say' | 'signal'>): number {
  const wrong = rows.filter(({ problem }) => problem !== undefined);
  say(`\n${rows.length - wrong.length} of ${rows.length} ok`);
  if (signal.aborted) return INTERRUPTED;
  return wrong.length === 0 ? 0 : 1;
}
