import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { assertNoSecrets, collect, FLOWKIWI, type Run, type RunOptions } from '../support/flowkiwi.ts';

/** Nothing is forbidden to root, so tests that run as root start the command as this user; others as themselves. */
const ORDINARY = process.getuid?.() === 0 ? 65_534 : undefined;
/** Whose the files are that are not to be the ordinary user's. */
export const SOMEBODY = 4_242;

/** The number of the ordinary user. */
export const ORDINARY_UID = ORDINARY ?? process.getuid?.();

/** A home folder of the ordinary user. */
export function ordinaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'flowkiwi-home-'));
  giveToOrdinaryUser(home);
  return home;
}

/** Makes a folder of the ordinary user's, with this mode whatever the umask. */
export function ordinaryFolder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true });
  giveToOrdinaryUser(path);
  chmodSync(path, mode);
  return path;
}

export function giveToOrdinaryUser(path: string): void {
  if (ORDINARY !== undefined) chownSync(path, ORDINARY, ORDINARY);
}

/** Makes a path somebody else's than the ordinary user's, as far as the tests' user can. */
export function giveToSomebody(path: string): void {
  if (ORDINARY !== undefined) chownSync(path, SOMEBODY, SOMEBODY);
}

export interface UserOptions extends RunOptions {
  readonly home: string;
  /** A program that starts the command, with its arguments. */
  readonly under?: readonly string[];
  /** Whether compiled code is kept, in the user's cache folder, and used. */
  readonly isCached?: boolean;
}

/** Runs the built command as a user whom the modes of files bind. */
export function asOrdinaryUser(args: readonly string[], options: UserOptions): Promise<Run> {
  return run([process.execPath, FLOWKIWI, ...args], options);
}

/** Runs the built command as a user to whom the files of the tests' user belong to somebody else; where it is not root, it believes so. */
export function asStranger(args: readonly string[], options: UserOptions): Promise<Run> {
  if (ORDINARY !== undefined) return asOrdinaryUser(args, options);
  const belief = join(mkdtempSync(join(tmpdir(), 'flowkiwi-belief-')), 'belief.cjs');
  writeFileSync(belief, `process.geteuid = () => ${SOMEBODY};`);
  return run([process.execPath, '--require', belief, FLOWKIWI, ...args], options);
}

async function run(
  commandLine: readonly string[],
  { home, env, cwd, stdin = '', under = [], isCached = false }: UserOptions,
): Promise<Run> {
  const [program = '', ...args] = [...under, ...commandLine];
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env['PATH'], HOME: home, ...(!isCached && { NODE_DISABLE_COMPILE_CACHE: '1' }), ...env },
    ...(ORDINARY !== undefined && { uid: ORDINARY, gid: ORDINARY }),
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.on('error', () => undefined).end(stdin);
  await once(child, 'close');
  const outcome = { status: child.exitCode, stdout: await stdout, stderr: await stderr };
  assertNoSecrets(outcome.stderr, 'stderr');
  return outcome;
}

/** Starts a script of Node as somebody else than the ordinary user, which only root can; it runs until it is stopped. */
export async function startAsSomebody(script: string, ...args: readonly string[]): Promise<{ readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', `console.log();${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    uid: SOMEBODY,
    gid: SOMEBODY,
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  return {
    stop: async () => {
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
