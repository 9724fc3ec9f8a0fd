import type { Version } from './exchange.ts';

/** In what the stand-in differs from the real server on purpose. */
export interface AcceptedDifference {
  /** Group and label. */
  readonly exchange: string;
  /** `status` stands for the whole answer. */
  readonly field: string;
  readonly versions: readonly Version[];
  readonly reason: string;
}

const BOTH: readonly Version[] = ['2.70', '4.0'];

/** At most 30 of the 317 exchanges with the APIs, and 60 of the 551 with the endpoints of OAuth. */
const ACCEPTED: readonly AcceptedDifference[] = [
  {
    exchange: 'methods and routes: root',
    field: 'status',
    versions: BOTH,
    reason: 'the root of the sandbox is its own page, not the login of ZITADEL',
  },
  ...['orgs upper', 'random'].map((label) => ({
    exchange: `methods and routes: ${label}`,
    field: 'status',
    versions: BOTH,
    reason: 'under the name localhost, what is no path of ZITADEL is sent to the issuer of the sandbox, where people sign in',
  })),
  {
    exchange: 'health: protected resource',
    field: 'status',
    versions: BOTH,
    reason: 'under the name localhost too the sandbox is the resource of Flowkiwi, and says where people sign in for it',
  },
  {
    exchange: 'v2 REST: v2 beta add',
    field: 'status',
    versions: ['2.70'],
    reason: 'organizations of v2beta had another shape in that version, which no descriptors of today have',
  },
  ...['message', 'details'].map((name) => ({
    exchange: 'system: instances: inst get deleted',
    field: `body.${name}`,
    versions: ['2.70'] as const,
    reason: 'the old server still finds a removed instance by its id, for this one call; both answers are a 404 that says so',
  })),
  {
    exchange: 'authorize: login page of an unknown request',
    field: 'status',
    versions: BOTH,
    reason: 'the pages of the login are the own ones of the sandbox, and one that cannot work is no success',
  },
  ...['vary', 'set-cookie'].map((name) => ({
    exchange: 'authorize: prompt none, no session: step 2, the login page',
    field: `headers.${name}`,
    versions: BOTH,
    reason: 'the pages of the login are the own ones of the sandbox; a header of the browser tells their forms from those of other sites',
  })),
  ...['headers.content-type', 'headers.x-robots-tag', 'body'].map((field) => ({
    exchange: 'database down: connect: create',
    field,
    versions: BOTH,
    reason: 'without the database, gRPC and Connect are told so in plain text; the tool uses neither',
  })),
  {
    exchange: 'database down: unknown path',
    field: 'status',
    versions: BOTH,
    reason: 'under the name localhost, what is no path of ZITADEL is sent to the issuer of the sandbox, with a database or without',
  },
];

/** The accepted differences from the server of that version. */
export function acceptedFor(version: Version): readonly AcceptedDifference[] {
  return ACCEPTED.filter(({ versions }) => versions.includes(version));
}
