import type { Help } from '../hint.ts';
import type { HttpResponse } from '../http/client.ts';

/** What requests are signed in with. */
export interface Credential {
  /** Where it comes from, for messages: "the token from FLOWKIWI_TOKEN". */
  readonly source: string;
  /** What a person does when the server refuses it: "sign in again: flowkiwi login". */
  readonly remedy: Help;
  /** A valid access token, refreshed first when needed. Throws `auth` when there is none. */
  readonly accessToken: () => Promise<string>;
  /** Another access token in place of one that the server refused with this answer; undefined when there is no other. */
  readonly renew: (refused: string, answer?: Pick<HttpResponse, 'headers'>) => Promise<string | undefined>;
}
