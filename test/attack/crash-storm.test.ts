import { once } from 'node:events';
import { readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFile } from '../../src/storage/config.ts';
import { credentialsFile } from '../../src/storage/credentials.ts';
import { realClock } from '../support/clocks.ts';
import { flowkiwi, newHome, type RunOptions, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signIn } from '../support/signed-in.ts';
import { KILLS, STORM_TIME_MS } from './storm-size.ts';

// A process that is killed while it writes leaves the files as they were, or as it wanted them: nothing in between.
let sandbox: RunningSandbox;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
  token = await sandbox.token();
});

afterAll(async () => {
  await sandbox?.stop();
});

/** What of the files the commands change. */
interface Content {
  readonly profiles: readonly string[];
  readonly currentProfile: string | undefined;
  readonly signedIn: readonly string[];
}

/** What is killed, and what it would have made of the content. */
interface Victim {
  readonly args: (number: number) => readonly string[];
  readonly isExpired?: true;
  readonly after: (before: Content, number: number) => Content;
}

const VICTIMS: Readonly<Record<string, Victim>> = {
  'profile add': {
    args: (number) => ['profile', 'add', `p${number}`, '--url', 'https://api.example'],
    after: (before, number) => ({ ...before, profiles: [...before.profiles, `p${number}`] }),
  },
  'profile use': {
    args: (number) => ['profile', 'use', other(number)],
    after: (before, number) => ({ ...before, currentProfile: other(number) }),
  },
  login: {
    args: () => ['--profile', 'default', 'login', '--with-token'],
    after: (before) => before,
  },
  refresh: {
    args: () => ['--profile', 'default', 'auth', 'token'],
    isExpired: true,
    after: (before) => before,
  },
  logout: {
    args: () => ['--profile', 'default', 'logout'],
    after: (before) => ({ ...before, signedIn: ['witness'] }),
  },
};

function other(number: number): string {
  return number % 2 === 0 ? 'sandbox' : 'witness';
}

describe.concurrent('killed while it writes', () => {
  test.each(Object.entries(VICTIMS))('%s', { timeout: STORM_TIME_MS }, async (_name, victim) => {
    const session = await signIn(sandbox.url, { home: newHome() });
    const env = { FLOWKIWI_URL: sandbox.url };
    const folder = dirname(session.path);
    const options = { home: session.home, env };
    await flowkiwi(['profile', 'add', 'witness', '--url', sandbox.url], options);
    await flowkiwi(['--profile', 'witness', 'login', '--with-token'], { ...options, stdin: await sandbox.token() });
    const witness = (await look(folder)).witness;
    expect(witness).toBeDefined();

    for (let number = 0; number < KILLS / Object.keys(VICTIMS).length; number += 1) {
      if (session.stored() === undefined) await flowkiwi(['--profile', 'default', 'login', '--with-token'], { ...options, stdin: token });
      if (victim.isExpired) {
        // A refresh that outlived its command has ended when the token is good again.
        expect((await flowkiwi(['--profile', 'default', 'auth', 'token'], options)).status).toBe(0);
        session.change({ expires_at: '2020-01-01T00:00:00.000Z' });
      }
      const { content: before } = await look(folder);
      await killWhileWriting(victim.args(number), options, folder);
      const found = await look(folder);
      expect(found.witness).toEqual(witness);
      expect([before, victim.after(before, number)]).toContainEqual(found.content);
    }
    // And nothing of it stands in the way of the next command.
    expect((await flowkiwi(['profile', 'list'], options)).status).toBe(0);
  });
});

/** Kills the command a moment after it has begun to change something in the folder, at a random point of what it does then. */
async function killWhileWriting(args: readonly string[], options: RunOptions, folder: string): Promise<void> {
  const watcher = watch(folder);
  const child = start(args, options);
  const ended = once(child, 'close');
  child.stdin?.end(token);
  child.stdout?.resume();
  child.stderr?.resume();
  watcher.once('change', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 12));
  await ended;
  watcher.close();
}

/** Reads the files as the command does: one that is not whole throws, one that is open to others brings a warning. */
async function look(folder: string): Promise<{ readonly content: Content; readonly witness: unknown }> {
  for (const name of ['.', ...readdirSync(folder)]) {
    // What is there for a moment only may be gone.
    const mode = statSync(join(folder, name), { throwIfNoEntry: false })?.mode ?? 0;
    expect([name, mode & 0o077]).toEqual([name, 0]);
  }
  const warnings: unknown[] = [];
  const warn = (text: unknown) => void warnings.push(text);
  const store = { directory: folder, platform: process.platform, clock: realClock, warn };
  const [config, credentials] = [await configFile(store).read(), await credentialsFile(store).read()];
  expect(warnings).toEqual([]);
  const content = {
    profiles: [...(config?.profiles.keys() ?? [])],
    currentProfile: config?.currentProfile,
    signedIn: [...(credentials?.keys() ?? [])].sort(),
  };
  return { content, witness: credentials?.get('witness') };
}
