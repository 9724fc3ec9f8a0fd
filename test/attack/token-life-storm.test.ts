import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';
import { countingServer } from '../support/servers/counting-server.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signIn } from '../support/signed-in.ts';
import { tokenStorm } from '../support/token-storm.ts';
import { SHORT_LIFE_STORM, STORM_TIME_MS } from './storm-size.ts';

// A short life is over before all processes that want the token have started, so they refresh again and again.
let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
});

afterAll(() => sandbox?.stop());

test.each([60, 30, 5])(
  'tokens of %i seconds: every process gets one, and no refresh token is used twice',
  {
    timeout: STORM_TIME_MS,
  },
  async (seconds) => {
    await sandbox.control('switches', { switches: [`accessTokenSeconds=${seconds}`] });
    const server = await countingServer(sandbox.url);
    const session = await signIn(sandbox.url);
    expect(session.stored()).toMatchObject({ expires_in: seconds });
    session.change({ url: server.url, issuer: server.url });
    const options = { home: session.home, env: { FLOWKIWI_URL: server.url } };
    const tokens = await tokenStorm({
      size: SHORT_LIFE_STORM,
      expire: () => session.change({ expires_at: '2020-01-01T00:00:00.000Z' }),
      askToken: () => flowkiwi(['auth', 'token'], options),
    });
    expect(tokens).toBeGreaterThanOrEqual(SHORT_LIFE_STORM.rounds);
    // A token may have been renewed once more before the process that got it could read it.
    expect(server.refreshes()).toBeGreaterThanOrEqual(tokens);
    expect([server.reuses(), server.refusals()]).toEqual([0, 0]);
    server.close();
  },
);
