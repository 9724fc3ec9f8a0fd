import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { assertNoSecrets, type RunOptions, start } from './flowkiwi.ts';

/** Runs something when a test is over. Tests that run at the same time must give their own. */
export type WhenFinished = (run: () => void | Promise<void>) => void;

/** A sign-in that a person has to finish. */
export interface PendingSignIn {
  readonly process: ChildProcess;
  /** Waits until standard error has said it; resolves to the first group of the match. */
  readonly says: (what: RegExp) => Promise<string>;
  /** The command's end. Checks that it has printed no secret. */
  readonly ended: Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts a command that waits for a person. */
export function startSignIn(args: readonly string[], options: RunOptions, whenFinished: WhenFinished = onTestFinished): PendingSignIn {
  const child = start(args, options);
  child.stdin?.end();
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
    child.emit('said');
  });
  const ended = once(child, 'close').then(() => {
    assertNoSecrets(stdout + stderr, 'the output');
    return { status: child.exitCode, stdout, stderr };
  });
  whenFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    process: child,
    ended,
    says: async (what) => {
      for (;;) {
        const [, found] = what.exec(stderr) ?? [];
        if (found !== undefined) return found;
        const isOver = await Promise.race([once(child, 'said').then(() => false), ended.then(() => true)]);
        if (isOver && !what.test(stderr)) throw new Error(`the command has ended and never said ${what}: ${stderr}`);
      }
    },
  };
}
