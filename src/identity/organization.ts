import { CliError, withMessage } from '../errors.ts';
import { helpWith } from '../hint.ts';

/** A person's place in an organization. */
export interface Member {
  readonly id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: string | null;
  readonly joined_at: string | null;
}

/** The top-level account of a partner. Field names are the API's own, so that `--json` prints them unchanged. */
export interface Organization {
  readonly id: string;
  readonly name: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly owners: readonly Member[];
  readonly members: readonly Member[];
}

const CREATE = {
  organization: ['org', 'create', 'Acme Corp'],
  instance: ['instance', 'create', 'Acme EU', '--handle', 'acme-eu'],
} as const;

/** A display name as given. Throws `invalid` when it is empty or blank; no API documents any other rule. */
export function checkedName(kind: 'organization' | 'instance', name: string): string {
  if (name.trim() !== '') return name;
  const article = kind === 'organization' ? 'an organization' : 'an instance';
  throw new CliError('invalid', `the name of ${article} cannot be empty`, { hint: helpWith('for example', ...CREATE[kind]) });
}

/** The error of an organization that the server does not have, by the id or name that was given. The server's own words stay with it. */
export function noOrganization(given: string, error: CliError): CliError {
  return withMessage(error, `there is no organization ${JSON.stringify(given)}`);
}
