import type { Context } from '../../context/context.ts';
import { assertProvider } from '../../context/profile.ts';
import { type ForProvider, PROVIDER_DEFAULTS, PROVIDERS, type ProviderName } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';

/**
 * What `--org`, which every command takes, means to a command: `used` where it works in an organization, `ignored` where it has nothing to do
 * with one, `refused` where a person who gives it expects something else than what would happen.
 */
export type OrgUse = 'used' | 'ignored' | 'refused';

/** The same row for every provider. */
export function both<T>(row: T): Readonly<Record<ProviderName, T>> {
  return { flowkiwi: row, zitadel: row };
}

/** A table made from another one, row by row. */
export function eachProvider<T, U>(table: Readonly<Record<ProviderName, T>>, change: (row: T) => U): Readonly<Record<ProviderName, U>> {
  return { flowkiwi: change(table.flowkiwi), zitadel: change(table.zitadel) };
}

/** The one provider of a table that says yes; null when more than one does. */
export function onlyProvider(isFor: ForProvider): ProviderName | null {
  const [first = null, ...others] = PROVIDERS.filter((name) => isFor[name]);
  return others.length === 0 ? first : null;
}

/** Throws `usage` when the profile is of a provider that `what` is not for. */
export async function requireProvider({ profile }: Pick<Context, 'profile'>, isFor: ForProvider, what: string): Promise<void> {
  assertProvider(await profile(), isFor, what);
}

/** Throws `usage` when `--org` was given at a provider that refuses it. The variable says what is usual, the flag what is meant here. */
export async function checkOrg(
  { profile, options }: Pick<Context, 'profile' | 'options'>,
  org: Readonly<Record<ProviderName, OrgUse>>,
): Promise<void> {
  if (!options.isOrgFlag || !Object.values(org).includes('refused')) return;
  const { name, provider } = await profile();
  if (org[provider] !== 'refused') return;
  const { title } = PROVIDER_DEFAULTS[provider];
  throw new CliError('usage', `--org means nothing to this command at ${title}, which the profile ${name} is of`, {
    hint: 'leave --org out',
  });
}

/**
 * The row of the profile's provider. A row that is the same everywhere is had without the profile, so that what has nothing to do with one
 * works where it cannot be read.
 */
export async function rowOf<T>({ profile }: Pick<Context, 'profile'>, table: Readonly<Record<ProviderName, T>>): Promise<T> {
  const [first, ...others] = PROVIDERS.map((name) => table[name]);
  if (first !== undefined && others.every((other) => other === first)) return first;
  return table[(await profile()).provider];
}
