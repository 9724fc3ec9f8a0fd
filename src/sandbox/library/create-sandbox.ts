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
import { movableClock } from './movable-clock.ts';
import { checkedSeed } from './seed-data.ts';

/** Starts a sandbox in memory, in this process, as `interface.ts` says. */
export async function createSandbox(options: CreateSandboxOptions = {}): Promise<Sandbox> {
  const { seed = [], faults = {}, switches, port = 0, autoApprove = true, startTime, onError } = options;
  const seeded = await checkedSeed(seed);
  const clock = movableClock(startTime === undefined ? undefined : checkedTime(startTime));
  const secret = newControlSecret();
  const sandbox = await startSandbox({
    ...{ host: '127.0.0.1', port, data: undefined, secret, autoApprove, switches, onError },
    ...{ clock, deviceIntervalSeconds: 1, seed: seeded(), faults: innerSettings(faults) },
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
    clock: {
      now: () => new Date(clock.now()),
      advance: (seconds) => {
        if (!(seconds >= 0 && seconds <= LONGEST_ADVANCE_S))
          throw new RangeError(`${seconds} is not a number of seconds from 0 to ${LONGEST_ADVANCE_S}`);
        clock.advance(seconds * 1000);
      },
    },
    reset: async () => {
      assertRuns();
      clock.restore();
      const emptied = emptySandbox(database);
      await seedIdentity(database, seeded(), clock.now());
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

/** A hundred years. */
const LONGEST_ADVANCE_S = 100 * 365 * 24 * 60 * 60;

function checkedTime(time: Date): number {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw new TypeError('startTime: a valid Date is needed');
  return time.getTime();
}

function innerSettings({ rules, latency, rate, seed }: FaultSettings): InnerFaultSettings {
  return { rules, latencyMs: latency, requestsPerSecond: rate, seed };
}

/** As the query of `/_sandbox/requests` says it. */
function parametersOf(filter: RequestFilter): URLSearchParams {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
}
