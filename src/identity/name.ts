import { CliError } from '../errors.ts';

/** A display name as given. Throws `invalid` when it is empty or blank; no API documents any other rule. */
export function checkedName(kind: 'organization' | 'instance', name: string): string {
  if (name.trim() !== '') return name;
  const article = kind === 'organization' ? 'an organization' : 'an instance';
  throw new CliError('invalid', `the name of ${article} cannot be empty`, {
    hint: `for example: flowkiwi ${kind === 'organization' ? 'org create "Acme Corp"' : 'instance create "Acme EU" --handle acme-eu'}`,
  });
}
