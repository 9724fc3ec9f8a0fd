import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that was started, as the system saw it. */
export interface StartedProgram {
  /** Its path and its arguments. */
  readonly line: string;
  /** All of its variables. */
  readonly environment: string;
}

export interface TracedRun {
  readonly child: ChildProcess;
  /** The command and every program that it and its children have started; resolves when all of them have ended. */
  readonly programs: () => Promise<readonly StartedProgram[]>;
}

/** Starts a command under strace, which writes down each program that is started, with its arguments and its environment. */
export function startTraced(
  command: readonly string[],
  { home, env }: { readonly home: string; readonly env: Readonly<Record<string, string>> },
): TracedRun {
  const log = join(mkdtempSync(join(tmpdir(), 'flowkiwi-trace-')), 'execve');
  const words = ['-f', '-qq', '-v', '-s', '65536', '--seccomp-bpf', '-e', 'trace=execve', '-e', 'signal=none', '-o', log];
  const child = spawn('strace', [...words, ...command], {
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  return {
    child,
    programs: async () => {
      await ended;
      return readFileSync(log, 'utf8').split('\n').flatMap(startedProgram);
    },
  };
}

/** `4711  execve("/usr/bin/env", ["env"], ["HOME=/root", …]) = 0`; those that were looked for in vain have another result. */
function startedProgram(line: string): readonly StartedProgram[] {
  const parts = /execve\((".*?"), (\[.*?\]), (\[.*\])\) = 0$/.exec(line);
  if (!parts) return [];
  const [, path = '', words = '', environment = ''] = parts;
  return [{ line: `${path} ${words}`, environment }];
}
