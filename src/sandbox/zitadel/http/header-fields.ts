import type { Switches } from '../../switches.ts';

export type HeaderFields = Readonly<Record<string, string>>;

/** What became of a request, by which the headers of its answer go (contract section 10.21). */
export type Outcome = 'success' | 'refusal' | 'undecoded';

const HOUR_MS = 60 * 60 * 1000;

/** Of every answer of the APIs but those under `/debug`. */
export const ALWAYS: HeaderFields = { 'x-robots-tag': 'none' };

export interface Answered {
  readonly outcome: Outcome;
  /** Whether a v2 service answers, which newer servers let no cache know of. */
  readonly isV2: boolean;
  readonly version: Switches['zitadel'];
  /** `Origin` of the request. */
  readonly origin: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The headers that an answer carries beside those of its body. */
export function headerFieldsOf({ outcome, isV2, version, origin, now }: Answered): HeaderFields {
  const isCacheable = outcome === 'undecoded' || (isV2 && version === '4.0');
  return {
    ...ALWAYS,
    vary: outcome === 'success' ? 'Origin, Cookie' : 'Origin',
    ...(isCacheable ? {} : { 'cache-control': 'no-store', expires: new Date(now - HOUR_MS).toUTCString(), pragma: 'no-cache' }),
    ...(outcome === 'success' ? { 'set-cookie': 'zitadel.quota.exhausted=; Path=/; Max-Age=0; SameSite=Lax' } : {}),
    ...(origin === undefined ? {} : crossOrigin(origin, version)),
  };
}

function crossOrigin(origin: string, version: Switches['zitadel']): HeaderFields {
  const exposed = ['Location', 'Content-Length', ...(version === '4.0' ? ['Grpc-Status', 'Grpc-Message', 'Grpc-Status-Details-Bin'] : [])];
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': exposed.join(', '),
  };
}
