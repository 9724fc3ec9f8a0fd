import { homedir } from 'node:os';
import type { Clock, Edges, Input, Output } from '../edges.ts';
import { CliError } from '../errors.ts';
import { hasErrorCode } from '../files/file-error.ts';

/** The real outside world. Built once, by the door. */
export function processEdges(): Edges {
  const { argv, env, platform } = process;
  return {
    argv: argv.slice(2),
    env,
    platform,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    stdin: input(),
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    clock,
    openUrl: async (url) => (await import('./open-url.ts')).openUrl(url, env['BROWSER']),
    interruption: interruption(),
  };
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

function input(): Input {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    get stream() {
      return process.stdin;
    },
    readAll: async (limit) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of process.stdin) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > limit) throw new CliError('invalid', `standard input is longer than ${limit} bytes`);
        chunks.push(bytes);
      }
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

function output(stream: NodeJS.WriteStream): Output {
  let closed = false;
  // Without a listener a reader that has gone away (`… | head`) would end the process with a stack trace.
  stream.on('error', (error) => {
    if (!hasErrorCode(error, 'EPIPE', 'EOF', 'ERR_STREAM_DESTROYED')) throw error;
    closed = true;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    stream,
    isClosed: () => closed,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (closed || text === '') return resolve();
        stream.write(text, (error) => {
          if (error && !hasErrorCode(error, 'EPIPE', 'EOF', 'ERR_STREAM_DESTROYED')) reject(error);
          else resolve();
        });
      }),
  };
}

/** The first signal asks the command to stop; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (code: 'interrupted' | 'terminated') => () => {
    const error = new CliError(code, code === 'interrupted' ? 'interrupted' : 'terminated');
    if (controller.signal.aborted) process.exit(error.exitStatus);
    controller.abort(error);
  };
  process.on('SIGINT', stop('interrupted'));
  process.on('SIGTERM', stop('terminated'));
  return controller.signal;
}
