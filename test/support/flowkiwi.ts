import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hasErrorCode } from '../../src/error-code.ts';

/** The built command, as a user runs it. */
export const FLOWKIWI = join(import.meta.dirname, '..', '..', 'bin', 'flowkiwi.js');

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Added to an environment that holds nothing of the test's own but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; closed at once when absent. */
  readonly stdin?: string;
  /** Home folder; a new empty one when absent. */
  readonly home?: string;
  /** Folder that it runs in; that of the tests when absent. */
  readonly cwd?: string;
  /** The command in another place, in place of the built one. */
  readonly program?: string;
  /** A program that starts it, with its arguments. */
  readonly under?: readonly string[];
  /** The number of the user who runs it, which only root can choose; the tests' own when absent. */
  readonly uid?: number | undefined;
}

/** Strings that must never be seen in anything that a command prints. */
const secrets = new Set<string>();
const MIN_SECRET = 8;

/** Registers a secret: every run from now on, also those of other files, fails its test when it prints it. Returns it. */
export function secret(value: string): string {
  // What is in every text, as the token of a sign-in that failed, would fail all that comes after it.
  if (value.length < MIN_SECRET) throw new Error(`this can be no secret: ${JSON.stringify(value)}`);
  secrets.add(value);
  return value;
}

export function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'flowkiwi-home-'));
}

/**
 * The environment of a user with this home folder: nothing of the tests' own but PATH. Compiled code is kept from one test to the next, which
 * have a new home each.
 */
export function environmentOf(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, XDG_CACHE_HOME: join(tmpdir(), `flowkiwi-tests-${process.getuid?.()}`) };
}

/** Runs the command to its end, and checks what holds for every run. */
export async function flowkiwi(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = start(args, options);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin?.end(options.stdin ?? '');
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return assertProper(args, { status, stdout: await stdout, stderr: await stderr });
}

/** Checks what holds for every run: no secret is in its arguments or its output, and its status is one of the documented ones. Returns the run. */
export function assertProper(args: readonly string[], run: Run): Run {
  assertNoSecrets(args.join(' '), 'the arguments');
  if (!printsToken(args)) assertNoSecrets(run.stdout, 'stdout');
  assertNoSecrets(run.stderr, 'stderr');
  expect([0, 1, 2, 3, 4, 5, 6, 7, 10, 75, 126, 127, 129, 130, 131, 143]).toContain(run.status);
  return run;
}

/** Printing a secret is what `auth token` and `sandbox status` are for, and no other command. */
export function printsToken(args: readonly string[]): boolean {
  const calls = (noun: string, verb: string) => args.some((word, at) => word === noun && args[at + 1] === verb);
  return calls('auth', 'token') || calls('sandbox', 'status');
}

/** Starts the command without waiting for it. */
export function start(
  args: readonly string[],
  { env, home = newHome(), cwd, program = FLOWKIWI, uid, under = [] }: RunOptions = {},
): ChildProcess {
  const [first = process.execPath, ...words] = [...under, process.execPath, program, ...args];
  const child = spawn(first, words, {
    ...(uid !== undefined && { uid, gid: uid }),
    ...(cwd !== undefined && { cwd }),
    env: { ...environmentOf(home), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // On a busy machine a command that reads no input may end before it is given any.
  child.stdin?.on('error', (error) => {
    if (!hasErrorCode(error, 'EPIPE')) throw error;
  });
  return child;
}

export function assertNoSecrets(text: string, where: string): void {
  for (const value of secrets) {
    if (text.includes(value)) throw new Error(`a secret is in ${where}: ${value.slice(0, 4)}…`);
  }
}

/** Everything that a stream brings until it ends. */
export async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  if (stream) for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
