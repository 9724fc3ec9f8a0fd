import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isRecord } from '../../src/record.ts';

/** A run of the built command. */
export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface CommandOptions {
  /** Standard input: a text, or the name of a file. */
  readonly stdin?: string | { readonly file: string } | undefined;
}

export type RunCommand = (args: readonly string[], options?: CommandOptions) => Promise<Answer>;

/** Longest time of one command, whatever the server does. */
const LIMIT_MS = 120_000;

/** Runs the built command with its files in a folder of their own. Of the environment it has what leads to the server, and no credential. */
export function commandIn(directory: string, program: string): RunCommand {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:FLOWKIWI_|CI$|GITHUB_)/.test(name));
  const env = { ...Object.fromEntries(inherited), FLOWKIWI_CONFIG_DIR: directory, FLOWKIWI_NO_INPUT: '1', NO_COLOR: '1' };
  return async (args, { stdin = '' } = {}) => {
    const begin = performance.now();
    const child = spawn(process.execPath, [program, ...args], { env, timeout: LIMIT_MS, stdio: ['pipe', 'pipe', 'pipe'] });
    // One that ends before it reads is no failure of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(typeof stdin === 'string' ? stdin : readFileSync(stdin.file));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { status, stdout, stderr, ms: performance.now() - begin };
  };
}

/** What a command has printed as JSON; undefined for anything else. */
export function jsonOf({ stdout }: Pick<Answer, 'stdout'>): unknown {
  try {
    const json: unknown = JSON.parse(stdout);
    return json;
  } catch {
    return undefined;
  }
}

/** A member of a JSON object, of one within it by a path with dots. */
export function at(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), json);
}

/** The elements of a JSON list; none for anything else. */
export function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}
