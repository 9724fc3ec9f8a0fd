import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from '../../accounts.ts';
import type { Database } from '../../database.ts';
import type { Switches } from '../../switches.ts';
import type { InstanceRecord } from '../store/instance-store.ts';
import type { Parameters } from './parameters.ts';

/** A request to the OAuth server of an instance. */
export interface SignInCall {
  readonly database: Database;
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
  readonly version: Switches['zitadel'];
  readonly instance: InstanceRecord;
  /** Origin of the instance, as the request names it. */
  readonly issuer: string;
  readonly verb: string;
  readonly headers: IncomingHttpHeaders;
  readonly parameters: Parameters;
  /** The browser, by its cookie. */
  readonly browser: string;
  /** Signs in without a page. */
  readonly autoApprove: boolean;
  /** The account of an access token of the sandbox's own authorization server. */
  readonly authenticate: (bearer: string) => Account | undefined;
}
