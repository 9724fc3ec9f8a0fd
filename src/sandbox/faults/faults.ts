import type { Clock } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import type { Request, Response } from '../exchange.ts';
import { takeDatabaseFrom } from './database-down.ts';
import { type FaultRule, parseFaultRule } from './fault-rule.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { answerAsGateway, cutBeforeAnswer, cutInBody } from './spoilt-answer.ts';

/** How the sandbox misbehaves; what is left out stays unchanged. */
export interface FaultSettings {
  /** Rules such as `POST /api/organizations=503x2`; the first one that matches and is not used up applies. */
  readonly rules?: readonly string[] | undefined;
  /** How long every answer is held back. */
  readonly latencyMs?: number | undefined;
  /** Requests to the API a second, beyond which they are answered with 429; 0 for no limit. */
  readonly requestsPerSecond?: number | undefined;
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

/** Faults on demand, for testing how a client copes; `random` gives numbers from 0 to 1, 1 excluded. Throws `usage` for a rule that is none. */
export function createFaults(initial: FaultSettings, clock: Clock, random: () => number = Math.random): Faults {
  let active: ActiveRule[] = [];
  let latencyMs = 0;
  let requestsPerSecond = 0;
  let limit: RateLimit | undefined;
  change(initial);

  function change(settings: FaultSettings): void {
    const rules = settings.rules?.map(parseFaultRule);
    for (const [name, value] of [
      ['latency', settings.latencyMs],
      ['rate', settings.requestsPerSecond],
    ] as const) {
      if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= LARGEST_SETTING)) continue;
      throw new CliError('usage', `${name}: a whole number from 0 to ${LARGEST_SETTING} is needed`, { hint: `0 switches the ${name} off` });
    }
    if (rules) active = rules.map((rule) => ({ rule, remaining: rule.times, until: clock.now() + rule.forMs }));
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

  async function disturb(request: Request, response: Response): Promise<boolean> {
    const { method = 'GET', url = '' } = request;
    const [path = ''] = url.split('?', 1);
    const seconds = path.startsWith('/api/') ? (limit?.() ?? 0) : 0;
    if (seconds > 0) return refuse(request, response, 429, `The sandbox takes ${requestsPerSecond} requests a second.`, seconds);
    const rules = take(method, path);
    const waits = rules.flatMap(({ effect }) => (effect.kind === 'latency' ? effect.milliseconds : []));
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
          return refuse(request, response, effect.status, `A fault of the sandbox, as set by ${JSON.stringify(text)}.`, 1);
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

/** Reads the rest of the request, so that the client gets its answer, and sends a problem; 429 says when to come back. */
function refuse(request: Request, response: Response, status: number, detail: string, retryAfter: number): true {
  request.resume();
  response.writeHead(status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-cache, private',
    ...(status === 429 ? { 'retry-after': String(retryAfter) } : {}),
  });
  response.end(JSON.stringify({ title: 'An error occurred', detail, status, type: `/errors/${status}` }));
  return true;
}
