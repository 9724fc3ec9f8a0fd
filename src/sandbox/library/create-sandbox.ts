import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../edges.ts';
import { isEmailAddress } from '../accounts.ts';
import { newControlSecret } from '../control-secret.ts';
import { emptySandbox } from '../emptying.ts';
import type { FaultSettings as InnerFaultSettings } from '../faults/faults.ts';
import { seedIdentity } from '../flowkiwi/seed.ts';
import { requestDocument } from '../requests/request-document.ts';
import { findRequests, readRequestQuery } from '../requests/request-query.ts';
import { startSandbox } from '../server.ts';
import { readState } from '../state.ts';
import type { CreateSandboxOptions, FaultSettings, RequestFilter, Sandbox } from './interface.ts';
import { checkedSeed } from './seed-data.ts';

/** Date is looked up each time: a test may set it. */
const CLOCK: Clock = { now: () => Date.now(), sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}) };

/** Starts a sandbox in memory, in this process, as `interface.ts` says. */
export async function createSandbox(options: CreateSandboxOptions = {}): Promise<Sandbox> {
  const { seed = [], faults = {}, switches, port = 0, autoApprove = true, onError } = options;
  const seeded = checkedSeed(seed);
  const secret = newControlSecret();
  const sandbox = await startSandbox({
    ...{ host: '127.0.0.1', port, data: undefined, secret, autoApprove, switches, onError },
    ...{ clock: CLOCK, deviceIntervalSeconds: 1, seed: seeded(), faults: innerSettings(faults) },
  });
  const { database, log, faults: running } = sandbox.inside;
  const closed = new AbortController();
  const assertRuns = () => {
    if (closed.signal.aborted) throw new Error(`the sandbox ${sandbox.url} is closed`);
  };
  // Number of the last request before the latest reset.
  let forgotten = 0;
  return {
    address: sandbox.url,
    secret,
    tokens: async (email) => {
      assertRuns();
      if (!isEmailAddress(email)) throw new TypeError(`${JSON.stringify(email)} is not an e-mail address`);
      return sandbox.issueAccessToken(email);
    },
    requests: async (filter = {}) => {
      assertRuns();
      const query = readRequestQuery(parametersOf({ ...filter, after: Math.max(filter.after ?? 0, forgotten) }));
      return (await findRequests(log, query, (entry) => requestDocument(entry, sandbox.url), closed.signal)).requests;
    },
    state: async () => {
      assertRuns();
      return readState(database);
    },
    faults: async (settings) => {
      assertRuns();
      if (settings) running.change(innerSettings(settings));
      return running.describe();
    },
    reset: async () => {
      assertRuns();
      const emptied = emptySandbox(database);
      await seedIdentity(database, seeded(), CLOCK.now());
      running.change({ rules: [], latencyMs: 0, requestsPerSecond: 0 });
      running.change(innerSettings(faults));
      sandbox.inside.switches.change(switches ?? []);
      forgotten = log.count();
      return emptied;
    },
    close: async () => {
      closed.abort();
      await sandbox.close();
    },
  };
}

function innerSettings({ rules, latency, rate, seed }: FaultSettings): InnerFaultSettings {
  return { rules, latencyMs: latency, requestsPerSecond: rate, seed };
}

/** As the query of `/_sandbox/requests` says it. */
function parametersOf(filter: RequestFilter): URLSearchParams {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
}
