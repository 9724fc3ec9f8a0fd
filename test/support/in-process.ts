import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Edges } from '../../src/edges.ts';
import { CliError } from '../../src/errors.ts';
import { runProgram } from '../../src/program.ts';
import { collectedOutput } from './collected-output.ts';
import { quietEdges } from './edges.ts';
import { assertProper, newHome, type Run, type RunOptions } from './flowkiwi.ts';
import { visit } from './user-agent.ts';

export interface InProcessOptions extends Omit<RunOptions, 'program' | 'cwd'> {
  /** In place of `stdin`: bytes that are no text, or a stream that does not end by itself. */
  readonly input?: Uint8Array | Readable;
  /** Whether all is on a terminal, but for a standard input that is given; nobody answers there. */
  readonly isTerminal?: boolean;
  /** What else of its world is different. */
  readonly edges?: Partial<Edges>;
}

/**
 * Runs a command inside this process, with the files, the network and the clock of the built one, and the same checks: for the second form of
 * what the built command shows in its first, and for what a test needs before it begins. There is no keychain, and no time to load anything,
 * which is most of what a process costs. A browser visits at once what it is opened on.
 */
export async function inProcess(args: readonly string[], options: InProcessOptions = {}): Promise<Run> {
  const { env, home = newHome(), isTerminal = false } = options;
  const stdin = options.input ?? options.stdin ?? '';
  const streams = isTerminal ? { isTerminal, columns: 100 } : {};
  const [stdout, stderr] = [collectedOutput(streams), collectedOutput(streams)];
  const edges = quietEdges({
    argv: args,
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    homeDirectory: home,
    stdin: {
      isTerminal: isTerminal && options.stdin === undefined && options.input === undefined,
      isClosed: () => Promise.resolve(false),
      readAll: (limit) => (stdin instanceof Readable ? buffer(stdin) : readAll(stdin, limit)),
      stream: stdin instanceof Readable ? stdin : Readable.from([stdin]),
    },
    stdout,
    stderr,
    openUrl: async (url) => {
      void visit(url).catch(() => undefined);
      return true;
    },
    ...options.edges,
  });
  const status = await runProgram(edges, '0');
  return assertProper(args, { status, stdout: stdout.text(), stderr: stderr.text() });
}

async function readAll(input: string | Uint8Array, limit: number): Promise<Uint8Array> {
  const bytes = Buffer.from(input);
  if (bytes.length > limit)
    throw new CliError('invalid', `standard input is longer than ${limit} bytes`, {
      hint: 'pipe in what is asked for, and nothing else',
    });
  return bytes;
}
