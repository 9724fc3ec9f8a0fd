import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { jqProgram } from '../../src/edges/jq-program.ts';
import type { Edges } from '../../src/edges.ts';
import { realClock } from './clocks.ts';
import { collectedOutput } from './collected-output.ts';
import { noKeychain } from './keychains.ts';

/** One for all: to load it takes longest. */
const jqOnThisThread = jqProgram();

/** A world in which nothing is on a terminal, there is no keychain and no browser, and no signal comes; `more` is what is different. */
export function quietEdges(more: Partial<Edges> = {}): Edges {
  return {
    argv: [],
    env: {},
    platform: process.platform,
    nodeVersion: process.versions.node,
    homeDirectory: tmpdir(),
    stdin: {
      isTerminal: false,
      isClosed: () => Promise.resolve(false),
      readAll: () => Promise.resolve(new Uint8Array()),
      stream: Readable.from([]),
    },
    stdout: collectedOutput(),
    stderr: collectedOutput(),
    clock: realClock,
    openUrl: () => Promise.resolve(false),
    peerCheck: () => Promise.resolve(undefined),
    keychain: noKeychain,
    renewInChild: undefined,
    jq: (request) => jqOnThisThread(request),
    interruption: new AbortController().signal,
    listenForKeys: () => Promise.resolve(() => undefined),
    jobControl: () => Promise.resolve({ isInForeground: () => true, beforeStop: () => () => undefined, afterStop: () => () => undefined }),
    holdSignals: () => () => undefined,
    drainOnSignal: () => ({ signal: new AbortController().signal, end: () => undefined }),
    ...more,
  };
}
