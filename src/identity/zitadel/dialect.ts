import { withHint } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { Dialect } from '../session.ts';
import { explained, isLasting, isOwn404, unwrapError } from './problem.ts';

/** Names the organization whose context a request has, in place of the caller's own (contract section 1.1). */
export const ORGANIZATION_HEADER = 'x-zitadel-orgid';

/** Names the instance where the host of the URL does not (contract section 5). */
export const INSTANCE_HEADER = 'x-zitadel-instance-host';

/**
 * ZITADEL's JSON as its gateway speaks it (contract sections 1 and 2). `instanceHost` names the instance where the URL does not (section 5).
 * English, because some messages are translated; no Origin, which would be compared with those of an application.
 */
export function zitadelDialect(instanceHost: string | undefined): Dialect {
  return {
    headers: {
      accept: 'application/json',
      'accept-language': 'en',
      ...(instanceHost !== undefined && { [INSTANCE_HEADER]: instanceHost }),
    },
    bodyType: () => 'application/json',
    isOwn404,
    unwrapError,
    isPermanent: isLasting,
    refused: explained,
  };
}

/** The system API: it stands above the instances, and takes nothing but what a system user has signed (contract section 4.5). */
export const SYSTEM_DIALECT: Dialect = {
  ...zitadelDialect(undefined),
  refused: (response, error) => (response.status === 403 ? withHint(error, NEEDS_SYSTEM_USER) : explained(response, error)),
};

/** The hint for those who have no such key: a token of a user is never good for the system API. */
export const NEEDS_SYSTEM_USER = helpWith(
  'this command needs a system user key',
  'profile',
  'add',
  'NAME',
  '--provider',
  'zitadel',
  '--url',
  'URL',
  '--system-user',
  'NAME',
  '--system-key',
  'FILE',
);
