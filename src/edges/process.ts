import { fstatSync, statSync, writeSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Clock, Edges, Input, Keychain, Output } from '../edges.ts';
import { takeEnvironment } from '../environment.ts';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { once } from '../once.ts';
import { processSignals } from './signals.ts';

/** The real outside world. Built once, by the door. */
export function processEdges(): Edges {
  const { argv, platform } = process;
  const env = takeEnvironment(process.env, platform);
  const signals = processSignals(clock);
  const stderr = output(2, () => process.stderr);
  return {
    argv: argv.slice(2),
    env,
    platform,
    nodeVersion: process.versions.node,
    homeDirectory: homeDirectory(),
    stdin: input(signals.interruption),
    stdout: output(1, () => process.stdout),
    stderr,
    clock,
    openUrl: (url) =>
      import('./open-url.ts').then(
        ({ openUrl }) => openUrl(url, env, platform),
        () => false,
      ),
    peerCheck: async () => (await import('./loopback-peer.ts')).loopbackPeerCheck({ env, platform, uid: process.geteuid?.() }),
    keychain: keychain(),
    renewInChild: async (request) =>
      (await import('./renew-in-child.ts')).renewInChild(request, {
        command: thisProgram(),
        onStderr: (chunk) => void stderr.write(chunk),
      }),
    listenForKeys: async (onKey) => {
      if (!process.stdin.isTTY) return () => undefined;
      const [{ listenForKeys }, { jobControl }] = await Promise.all([import('./keys.ts'), import('./job-control.ts')]);
      return listenForKeys(quietWhenClosed(process.stdin), jobControl, onKey);
    },
    jobControl: async () => (await import('./job-control.ts')).jobControl,
    jq: jq(),
    ...signals,
  };
}

/**
 * `HOME`, else what the list of users says: an empty or a relative one would be another folder in each place. A user without an entry there,
 * as in some containers, has none; nothing can be stored then, and all else works.
 */
function homeDirectory(): string {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch {
    return '/nonexistent';
  }
}

const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** What starts this program once more: the path of Node, then that of the program. */
function thisProgram(): readonly [node: string, ...words: string[]] {
  return [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)];
}

/** One thread for all that is asked for. */
function jq(): Edges['jq'] {
  const thread = once(async () => (await import('./jq.ts')).jqThread(process.argv[1] ?? '', process.memoryUsage.rss));
  return async (request, signal) => (await thread())(request, signal);
}

/** What talks to the keychain is loaded when it is first needed. */
function keychain(): Keychain {
  const system = once(async () => {
    const { systemKeychain } = await import('./keychain.ts');
    return systemKeychain(thisProgram());
  });
  return {
    get: async (account) => (await system()).get(account),
    set: async (account, secret) => (await system()).set(account, secret),
    delete: async (account) => (await system()).delete(account),
  };
}

function input(signal: AbortSignal): Input {
  const stream = once(() => quietWhenClosed(process.stdin));
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    isClosed: async () => (await import('./closed-terminal.ts')).isClosedTerminal(0),
    get stream() {
      return stream();
    },
    readAll: async (limit) => {
      const chunks: Buffer[] = [];
      let size = 0;
      signal.addEventListener('abort', () => process.stdin.destroy(), { once: true });
      for await (const chunk of process.stdin) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > limit)
          throw new CliError('invalid', `standard input is longer than ${limit} bytes`, {
            hint: 'pipe in what is asked for, and nothing else',
          });
        chunks.push(bytes);
      }
      return Buffer.concat(chunks);
    },
  };
}

/**
 * The same stream, which says by `close` alone that its terminal was closed: readline passes errors of its input on as its own, where nobody
 * can catch them.
 */
function quietWhenClosed(stream: NodeJS.ReadStream): NodeJS.ReadStream {
  const emit = stream.emit.bind(stream);
  stream.emit = (event: string | symbol, ...values: unknown[]) =>
    event === 'error' && hasErrorCode(values[0], 'EIO') ? false : emit(event, ...values);
  return stream;
}

/**
 * Files and pipes are written directly: making a stream costs more than some whole commands. A terminal is written through
 * its stream, which knows how its system encodes text; so is a pipe that cannot take more just now.
 */
function output(descriptor: 1 | 2, makeStream: () => NodeJS.WriteStream): Output {
  let closed = false;
  const stream = once(() => {
    const made = makeStream();
    // Without a listener a reader that has gone away (`… | head`) would end the process with a stack trace.
    // What else goes wrong is told to those who wrote.
    made.on('error', () => {
      closed = true;
    });
    return made;
  });
  // What cannot be said on stderr changes nothing of what is done.
  const isFailure = (error: unknown) => descriptor === 1 && !isGone(error);
  const isDirect = once(() => isFileOrPipe(descriptor));

  /** Writes what can be written now, and returns the rest. */
  function writeDirectly(content: string | Uint8Array): Buffer {
    let bytes = bytesOf(content);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      if (!hasErrorCode(error, 'EAGAIN')) {
        closed = true;
        if (isFailure(error)) throw unwritable(error);
      }
    }
    return bytes;
  }

  return {
    get isTerminal() {
      return !isDirect() && stream().isTTY === true;
    },
    get columns() {
      // A terminal that nobody has given a size says 0.
      return (this.isTerminal && stream().columns) || undefined;
    },
    get stream() {
      return stream();
    },
    isClosed: () => closed,
    write: (content) =>
      new Promise((resolve, reject) => {
        if (closed) return resolve();
        const rest = isDirect() && !stream.made() ? writeDirectly(content) : bytesOf(content);
        if (rest.length === 0 || closed) return resolve();
        stream().write(rest, (error) => {
          if (error && isFailure(error)) reject(unwritable(error));
          else resolve();
        });
      }),
  };
}

function bytesOf(content: string | Uint8Array): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
}

/** Not a reader that has gone, which is not an error, but a full disk or a broken device. Nobody knows whether running again is safe, so the exit is 1. */
function unwritable(cause: unknown): CliError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new CliError('internal', `the output cannot be written (${reason})`, {
    hint: 'make room where it goes, and look at what is there before you run a create again',
    cause,
  });
}

function isGone(error: unknown): boolean {
  return hasErrorCode(error, 'EPIPE', 'EOF', 'ERR_STREAM_DESTROYED');
}

/** Also true for the null device, which takes everything. */
function isFileOrPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFile() || status.isFIFO() || (status.isCharacterDevice() && status.rdev === statSync('/dev/null').rdev);
  } catch {
    return false;
  }
}
