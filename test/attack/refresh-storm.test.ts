import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, flowkiwi, type RunOptions, secret, start } from '../support/flowkiwi.ts';
import { type CountingServer, countingServer } from '../support/servers/counting-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type SecretService, startSecretService } from '../support/servers/secret-service.ts';
import { type SignedIn, signIn } from '../support/signed-in.ts';
import { REFRESH_STORM, STORM_TIME_MS } from './storm-size.ts';

// The sandbox rotates refresh tokens and, when one comes twice, revokes the whole family: one mistake ends the session for good.
let sandbox: RunningSandbox;
let service: SecretService | undefined;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});

afterAll(async () => {
  await Promise.all([sandbox?.stop(), service?.stop()]);
});

const EXPIRED = { expires_at: '2020-01-01T00:00:00.000Z' };
const { processes, rounds } = REFRESH_STORM;

interface Storm {
  readonly server: CountingServer;
  readonly session: SignedIn;
  readonly options: RunOptions;
}

/** A session whose refreshes go through a server of its own, so that its counts are this storm's. */
async function prepare(storage: 'file' | 'keyring'): Promise<Storm> {
  const server = await countingServer(sandbox.url);
  const session = await signIn(sandbox.url);
  session.change({ url: server.url, issuer: server.url });
  const { home } = session;
  const env = { FLOWKIWI_URL: server.url };
  if (storage === 'file') return { server, session, options: { home, env } };
  service ??= await startSecretService();
  const options = { home, env: { ...env, ...service.env } };
  expect((await flowkiwi(['auth', 'storage', 'keyring'], options)).status).toBe(0);
  return { server, session, options };
}

function token({ options }: Storm): Promise<string> {
  return flowkiwi(['auth', 'token'], options).then(({ status, stdout, stderr }) => {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return secret(stdout.trim());
  });
}

/** Everybody wants a token at once, and the one that is there has expired. */
async function round(storm: Storm): Promise<void> {
  const before = storm.server.refreshes();
  storm.session.change(EXPIRED);
  const tokens = await Promise.all(Array.from({ length: processes }, () => token(storm)));
  expect(new Set(tokens).size).toBe(1);
  expect(storm.server.refreshes() - before).toBe(1);
}

for (const [storage, tags] of [
  ['file', []],
  ['keyring', ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon']],
] as const) {
  describe(`many processes and one expired token, kept in the ${storage}`, { tags: [...tags] }, () => {
    test('each round has one refresh, and everybody gets its token', { timeout: STORM_TIME_MS }, async () => {
      const storm = await prepare(storage);
      for (let number = 0; number < rounds; number += 1) await round(storm);
      expect([storm.server.reuses(), storm.server.refusals()]).toEqual([0, 0]);
      storm.server.close();
    });

    test('processes that are killed at random take no session with them', { timeout: STORM_TIME_MS }, async () => {
      const storm = await prepare(storage);
      for (let number = 0; number < rounds; number += 1) {
        storm.session.change(EXPIRED);
        const ended = await Promise.all(Array.from({ length: processes }, (_, index) => tokenOrKilled(storm, index % 2 === 0)));
        // Those that were left alone got one and the same token, and so does the next one.
        expect(new Set([...ended.filter((each) => each !== undefined), await token(storm)]).size).toBe(1);
      }
      expect([storm.server.reuses(), storm.server.refusals()]).toEqual([0, 0]);
      storm.server.close();
    });
  });
}

/** The token; undefined when the process was killed before it printed it. Those that are not killed must succeed. */
async function tokenOrKilled(storm: Storm, isVictim: boolean): Promise<string | undefined> {
  if (!isVictim) return token(storm);
  const child = start(['auth', 'token'], storm.options);
  child.stdin?.end();
  const output = collect(child.stdout);
  const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 100 * processes);
  const printed = (await output).trim();
  clearTimeout(timer);
  return printed === '' ? undefined : secret(printed);
}
