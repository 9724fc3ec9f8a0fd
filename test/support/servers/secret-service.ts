import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A message bus of its own, for the environment of commands. */
export interface Bus {
  readonly env: Readonly<Record<'DBUS_SESSION_BUS_ADDRESS', string>>;
  readonly stop: () => Promise<void>;
}

/** The Secret Service of GNOME Keyring on a bus of its own, with an unlocked keychain in a temporary home. */
export interface SecretService extends Bus {
  /** Whether it has a key of flowkiwi for this account. */
  readonly has: (account: string) => boolean;
  /** What the keychain keeps for an account. */
  readonly secretOf: (account: string) => string;
  readonly forget: (account: string) => void;
  readonly lock: () => void;
}

const SECRETS = 'org.freedesktop.secrets';

/** A bus that starts no services by itself. */
const BUS_CONFIG = (socket: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** A bus without anybody on it. */
export async function startBus(): Promise<Bus> {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-bus-'));
  const socket = join(folder, 'bus');
  const config = join(folder, 'bus.conf');
  writeFileSync(config, BUS_CONFIG(socket));
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(daemon.stdout, 'data');
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` },
    stop: async () => {
      await end(daemon);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface SilentBus extends Bus {
  /** How many have connected so far. */
  readonly connections: () => number;
}

/** A bus whose socket takes connections and never says a word. */
export async function startSilentBus(): Promise<SilentBus> {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-bus-'));
  const socket = join(folder, 'bus');
  let connections = 0;
  const server = createServer(() => {
    connections += 1;
  }).listen(socket);
  await once(server, 'listening');
  return {
    connections: () => connections,
    env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` },
    stop: async () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function startSecretService(): Promise<SecretService> {
  const bus = await startBus();
  const home = mkdtempSync(join(tmpdir(), 'flowkiwi-keychain-'));
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const env = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: runtime, ...bus.env };
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin.end('password');
  const run = (program: string, args: readonly string[]) => execFileSync(program, args, { env, encoding: 'utf8', stdio: 'pipe' });
  const call = (destination: string, path: string, method: string, argument: string) =>
    run('dbus-send', ['--session', '--print-reply', `--dest=${destination}`, path, method, argument]);
  const callService = (method: string, argument: string) =>
    call(SECRETS, '/org/freedesktop/secrets', `org.freedesktop.Secret.Service.${method}`, argument);
  while (!call('org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${SECRETS}`).includes('true')) await wait(10);
  return {
    env: bus.env,
    // One question about one key: secret-tool lists all, then reads each, and fails when another test deletes one in between.
    has: (account) => callService('SearchItems', `dict:string:string:service,flowkiwi,username,${account}`).includes('object path'),
    secretOf: (account) => run('secret-tool', ['lookup', 'service', 'flowkiwi', 'username', account]),
    forget: (account) => void run('secret-tool', ['clear', 'service', 'flowkiwi', 'username', account]),
    lock: () => void callService('Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'),
    stop: async () => {
      await end(daemon);
      await bus.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  daemon.kill('SIGKILL');
  await ended;
}
