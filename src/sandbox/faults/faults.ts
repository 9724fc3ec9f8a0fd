import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import type { Request, Response } from '../exchange.ts';
import { takeDatabaseFrom } from './database-down.ts';
import { type FaultRule, parseFaultRule } from './fault-rule.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { seededRandom } from './seeded-random.ts';
import { answerAsGateway, cutBeforeAnswer, cutInBody } from './spoilt-answer.ts';

/** How the sandbox misbehaves; what is left out stays unchanged. */
export interface FaultSettings {
  /** Rules such as `POST /api/organizations=503x2`; the first one that matches and is not used up applies. */
  readonly rules?: readonly string[] | undefined;
  /** Rules that are taken away, and then some behind the others, which keep what is left of them. A rule that is not set is passed over. */
  readonly remove?: readonly string[] | undefined;
  readonly add?: readonly string[] | undefined;
  /** How long every answer is held back. */
  readonly latencyMs?: number | undefined;
  /** Requests to the API a second, beyond which they are answered with 429; 0 for no limit. */
  readonly requestsPerSecond?: number | undefined;
  /** Makes the same of the same requests each time: which ones a chance befalls, and how long a latency is. */
  readonly seed?: number | undefined;
}

export interface Faults {
  /** Whether nothing is set: requests need not be looked at. */
  readonly areNone: () => boolean;
  /**
   * Does to a request what is set for it: waits, or prepares the response to be cut. Resolves to true when the request is over,
   * so that it must have no effect any more.
   */
  readonly disturb: (request: Request, response: Response) => Promise<boolean>;
  /** Throws `usage` for a rule that is none, and changes nothing then. */
  readonly change: (settings: FaultSettings) => void;
  /** What is set, as data; `remaining` is null for a rule without an end. */
  readonly describe: () => {
    readonly rules: readonly { readonly rule: string; readonly remaining: number | null }[];
    readonly latency: number;
    readonly rate: number;
  };
}

interface ActiveRule {
  readonly rule: FaultRule;
  remaining: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Longest wait and greatest number that a setting takes. */
const LARGEST_SETTING = 600_000;

const LARGEST_SEED = 2 ** 32 - 1;

/** Faults on demand, for testing how a client copes. Throws `usage` for a rule that is none. */
export function createFaults(initial: FaultSettings, clock: Clock): Faults {
  let random: () => number = Math.random;
  let active: ActiveRule[] = [];
  let latencyMs = 0;
  let requestsPerSecond = 0;
  let limit: RateLimit | undefined;
  change(initial);

  function change(settings: FaultSettings): void {
    const rules = settings.rules?.map(parseFaultRule);
    const added = settings.add?.map(parseFaultRule) ?? [];
    for (const [name, value, largest] of [
      ['latency', settings.latencyMs, LARGEST_SETTING],
      ['rate', settings.requestsPerSecond, LARGEST_SETTING],
      ['seed', settings.seed, LARGEST_SEED],
    ] as const) {
      if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= largest)) continue;
      throw new CliError('usage', `${name}: a whole number from 0 to ${largest} is needed`, {
        hint: name === 'seed' ? 'without one, chance decides' : `0 switches the ${name} off`,
      });
    }
    const activate = (rule: FaultRule) => ({ rule, remaining: rule.times, until: clock.now() + rule.forMs });
    if (rules) active = rules.map(activate);
    for (const text of settings.remove ?? []) {
      const index = active.findIndex(({ rule }) => rule.text === text.trim());
      if (index >= 0) active = active.toSpliced(index, 1);
    }
    active = [...active, ...added.map(activate)];
    if (settings.seed !== undefined) random = seededRandom(settings.seed);
    latencyMs = settings.latencyMs ?? latencyMs;
    if (settings.requestsPerSecond === undefined) return;
    requestsPerSecond = settings.requestsPerSecond;
    limit = requestsPerSecond > 0 ? createRateLimit(requestsPerSecond, clock) : undefined;
  }

  /** The rules for this request, each of them used once: every latency, and the first of the others that is due by its chance. */
  function take(method: string, path: string): readonly FaultRule[] {
    const taken: FaultRule[] = [];
    let decided = false;
    for (const entry of active) {
      const { rule } = entry;
      const isLatency = rule.effect.kind === 'latency';
      if (
        entry.remaining === 0 ||
        clock.now() >= entry.until ||
        (decided && !isLatency) ||
        !rule.matches(method, path) ||
        random() >= rule.chance
      )
        continue;
      entry.remaining -= 1;
      decided ||= !isLatency;
      taken.push(rule);
    }
    return taken;
  }

  function between(least: number, most: number): number {
    return least === most ? least : least + Math.floor(random() * (most - least + 1));
  }

  async function disturb(request: Request, response: Response): Promise<boolean> {
    const { method = 'GET', url = '' } = request;
    const [path = ''] = url.split('?', 1);
    const seconds = path.startsWith('/api/') ? (limit?.() ?? 0) : 0;
    if (seconds > 0) return refuse(request, response, 429, `The sandbox takes ${requestsPerSecond} requests a second.`, seconds);
    const rules = take(method, path);
    const waits = rules.flatMap(({ effect }) => (effect.kind === 'latency' ? between(effect.leastMs, effect.mostMs) : []));
    const wait = waits.reduce((sum, milliseconds) => sum + milliseconds, latencyMs);
    if (wait > 0) {
      let isGone = false;
      response.once('close', () => {
        isGone = true;
      });
      await clock.sleep(wait);
      if (isGone) return true;
    }
    for (const { effect, text } of rules) {
      switch (effect.kind) {
        case 'status':
          return refuse(request, response, effect.status, `A fault of the sandbox, as set by ${JSON.stringify(text)}.`, effect.retryAfter);
        case 'database-down':
          takeDatabaseFrom(request);
          break;
        case 'reset-before':
          request.socket.resetAndDestroy();
          return true;
        case 'status-after':
          answerAsGateway(response, effect.status);
          break;
        case 'reset-after':
          cutBeforeAnswer(response);
          break;
        case 'truncate':
          cutInBody(response);
          break;
        case 'latency':
          break;
      }
    }
    return false;
  }

  return {
    areNone: () => active.length === 0 && latencyMs === 0 && limit === undefined,
    disturb,
    change,
    describe: () => ({
      rules: active.map(({ rule, remaining }) => ({ rule: rule.text, remaining: Number.isFinite(remaining) ? remaining : null })),
      latency: latencyMs,
      rate: requestsPerSecond,
    }),
  };
}

/** Reads the rest of the request, so that the client gets its answer, and sends a problem; 401 has the challenge that it must have. */
function refuse(request: Request, response: Response, status: number, detail: string, retryAfter: number | undefined): true {
  request.resume();
  response.writeHead(status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-cache, private',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(JSON.stringify({ title: 'An error occurred', detail, status, type: `/errors/${status}` }));
  return true;
}
