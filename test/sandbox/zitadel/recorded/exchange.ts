import { readFileSync } from 'node:fs';

export type Version = '2.70' | '4.0';

/** The headers of an answer of the APIs, as three usual sets; see `USUAL_HEADERS`. */
export type HeaderSet = 'success' | 'refusal' | 'undecoded';

/** What a real server answered, normalised. */
export interface Recorded {
  readonly status: number;
  readonly headers: HeaderSet;
  /** In what the headers differ from the usual ones; `null` for one that is absent. */
  readonly but?: Readonly<Record<string, string | null>>;
  /** An error of gRPC: its code, its text and, when it has details, the id in them. */
  readonly error?: readonly [code: number, text: string, id?: string];
  /** The JSON of any other answer, or its text. */
  readonly body?: unknown;
}

/** One request to a real server of each version. What stands in braces was made, or came in an earlier answer. */
export interface Exchange {
  readonly group: string;
  /** Unique within its group. */
  readonly label: string;
  readonly method: string;
  readonly path: string;
  /** The bearer token: one of a machine user, or of a system user. */
  readonly as?: 'PAT' | 'SYS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body that is not UTF-8. */
  readonly bodyHex?: string;
  /** Names for values of the answer, each with the path to it. */
  readonly saves?: Readonly<Record<string, string>>;
  readonly answers: { readonly '2.70': Recorded; readonly '4.0': Recorded | 'same' };
}

/**
 * Requests to real servers of ZITADEL v2.70 and v4.0 with their answers, in the order in which they have to be sent. Of the texts of
 * their JSON parsers only `<PARSER>` is left, of lists with what others had made, `<ANY>`.
 */
export function readExchanges(): Exchange[] {
  const lines = readFileSync(new URL('./api-exchanges.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line): Exchange => JSON.parse(line));
}

/** What the server of that version answered. */
export function answerOf({ answers }: Exchange, version: Version): Recorded {
  const answer = answers[version];
  return answer === 'same' ? answers['2.70'] : answer;
}
