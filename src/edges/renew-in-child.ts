import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** The word that makes this program renew a session and do nothing else; see `renewForAnother`. */
const RENEW = '__renew';

export interface Apart {
  /** How this program is started: the path of Node, then its arguments up to the program's own. */
  readonly command: readonly [node: string, ...words: string[]];
  /** Takes what the process says on stderr. */
  readonly onStderr: (chunk: Uint8Array) => void;
}

/**
 * Runs this program apart: in a session of its own, so that neither the terminal's signals nor the end of this process, be it SIGKILL,
 * reach it. The request goes to its standard input: arguments are for everybody to see.
 * Resolves to what it printed, or to undefined when it could not be started.
 */
export async function renewInChild(request: string, { command: [node, ...words], onStderr }: Apart): Promise<string | undefined> {
  let apart: ChildProcessWithoutNullStreams;
  try {
    apart = spawn(node, [...words, RENEW], { detached: true, windowsHide: true, stdio: 'pipe' });
  } catch {
    return undefined;
  }
  const chunks: Buffer[] = [];
  apart.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  apart.stderr.on('data', onStderr);
  // One that ends before it has read says so by its answer.
  apart.stdin.on('error', () => undefined);
  apart.stdin.end(request);
  return new Promise((resolve) => {
    apart.once('error', () => resolve(undefined));
    apart.once('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
