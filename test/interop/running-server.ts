import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownPort } from '../support/own-port.ts';
import { startGateway } from './gateway.ts';
import type { ServerName } from './runtimes.mjs';
import type { MachineFacts } from './servers/machines.ts';

/** A sign-in server that was started for these tests: what a test has to know of it. Plain JSON. */
export interface ServerFacts {
  readonly name: ServerName;
  /** Where it is reached: through its gateway. */
  readonly origin: string;
  readonly issuer: string;
  /** The public client that people sign in with. */
  readonly clientId: string;
  /** The clients of machines, where it has any. */
  readonly machine?: MachineFacts;
  /** What has to be said to `login` here, always. */
  readonly loginFlags?: readonly string[];
}

export interface RunningServer {
  readonly facts: ServerFacts;
  readonly stop: () => Promise<void>;
}

export interface ServerProcess {
  /** Waits until the address answers with 200. Throws with what the process printed when it ends before. */
  readonly ready: (address: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A first start may have to compile itself, on a machine that does other things. */
const READY_WITHIN_MS = 240_000;

/** Starts a program in a process group of its own, which is ended as a whole. */
export function startProcess(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): ServerProcess {
  const child: ChildProcess = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
  const ended = once(child, 'close');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    ready: async (address) => {
      const until = Date.now() + READY_WITHIN_MS;
      for (;;) {
        const status = await fetch(address).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) return;
        if (hasEnded() || Date.now() > until) throw new Error(`${program} does not answer at ${address}: ${printed.slice(-2000)}`);
        await sleep(200);
      }
    },
    stop: async () => {
      if (child.pid !== undefined && !hasEnded()) {
        process.kill(-child.pid, 'SIGTERM');
        await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => process.kill(-(child.pid ?? 0), 'SIGKILL'))]);
      }
    },
  };
}

export interface BehindGateway {
  /** Starts the server, which listens on a port of loopback, and calls itself by the gateway's origin. */
  readonly start: (origin: string, port: number) => Promise<ServerProcess>;
  /** Path that it answers with 200 when it is there. */
  readonly readyAt: string;
  /** Gives it what the tests need; `direct` is its address past the gateway. */
  readonly prepare: (direct: string, origin: string) => Promise<ServerFacts>;
}

/** Starts a server and the gateway in front of it, and leaves neither running when that fails. */
export async function startBehindGateway({ start, readyAt, prepare }: BehindGateway): Promise<RunningServer> {
  const port = await ownPort();
  const gateway = await startGateway(port);
  const server = await start(gateway.origin, port);
  const stop = async () => {
    gateway.close();
    await server.stop();
  };
  try {
    const direct = `http://127.0.0.1:${port}`;
    await server.ready(`${direct}${readyAt}`);
    return { facts: await prepare(direct, gateway.origin), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
