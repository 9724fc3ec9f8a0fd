import { readFileSync } from 'node:fs';

export type Version = '2.70' | '4.0';

/** The headers of an answer, as one of a few usual sets; see `USUAL_HEADERS`. */
export type HeaderSet = 'success' | 'refusal' | 'undecoded' | 'oauth' | 'redirect' | 'plain' | 'debug';

/** What a real server answered, normalised. */
export interface Recorded {
  readonly status: number;
  readonly headers: HeaderSet;
  /** In what the headers differ from the usual ones; `null` for one that is absent. */
  readonly but?: Readonly<Record<string, string | null>>;
  /** An error of gRPC: its code, its text and, when it has details, the id in them. */
  readonly error?: readonly [code: number, text: string, id?: string];
  /** The JSON of any other answer, or its text; of an `aud` only how many there are. */
  readonly body?: unknown;
  /** The body is a link to where the answer redirects to. */
  readonly link?: true;
  /** The body is the discovery document of this issuer: that of the first exchange that has one, with another issuer. */
  readonly discovery?: string;
  /** Names of the claims of the tokens in the answer; of an `aud` also how many there are. */
  readonly idToken?: readonly string[];
  readonly accessToken?: readonly string[];
}

/** One request to a real server of each version. What stands in braces was made, or came in an earlier answer. */
export interface Exchange {
  readonly group: string;
  /** Unique within its group. */
  readonly label: string;
  /** What somebody does before: at the login, or to the database. */
  readonly before?: string;
  /** How long to wait before. */
  readonly waitSeconds?: number;
  readonly method: string;
  readonly path: string;
  /** The bearer token (one of a machine user, or of a system user), or the client that authenticates itself with HTTP Basic. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body of that type: `application/x-www-form-urlencoded`. */
  readonly form?: string;
  /** A body that is not UTF-8. */
  readonly bodyHex?: string;
  /** Names for values of the answer, each with the path to it, or with where else it is: `location:code`, `cookie:NAME`. */
  readonly saves?: Readonly<Record<string, string>>;
  readonly answers: { readonly '2.70': Recorded; readonly '4.0': Recorded | 'same' };
}

/**
 * Requests to real servers of ZITADEL v2.70 and v4.0 with their answers, in the order in which they have to be sent: to the APIs, to the endpoints of
 * OAuth, and to both without the database. Of the texts of their JSON parsers only `<PARSER>` is left, of lists with what others had made, `<ANY>`.
 */
export function readExchanges(): Exchange[] {
  return ['api', 'oauth', 'database-down'].flatMap((part) => {
    const text = readFileSync(new URL(`./${part}-exchanges.jsonl`, import.meta.url), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line): Exchange => JSON.parse(line));
  });
}

/** What the server of that version answered. */
export function answerOf({ answers }: Exchange, version: Version): Recorded {
  const answer = answers[version];
  return answer === 'same' ? answers['2.70'] : answer;
}
