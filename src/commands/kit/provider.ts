import type { Context } from '../../context/context.ts';
import type { ProviderName } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import { isGiven, type Option, optionName, PROVIDER_TITLES } from './option.ts';

/** What is for one provider, or for all of them. */
interface Restricted {
  readonly provider: ProviderName | undefined;
  /** The one at which `--org` means nothing. */
  readonly withoutOrg: ProviderName | undefined;
  readonly options: Readonly<Record<string, Option<unknown>>>;
}

/**
 * The one place that knows what is for which provider. Throws `usage`, before anything is asked or sent, for a command, or for an option that was
 * given, that the profile's provider has no use for.
 */
export async function checkProvider(
  context: Context,
  { provider, withoutOrg, options }: Restricted,
  raw: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (provider !== undefined) await requireProvider(context, provider, 'this command');
  // The variable says what is usual, the flag what is meant here.
  if (withoutOrg !== undefined && context.options.isOrgFlag) await refuseOrg(context, withoutOrg);
  for (const option of Object.values(options)) {
    if (option.provider !== undefined && isGiven(option, raw[option.attribute]))
      await requireProvider(context, option.provider, optionName(option));
  }
}

async function refuseOrg(context: Context, provider: ProviderName): Promise<void> {
  const profile = await context.profile();
  if (profile.provider !== provider) return;
  throw new CliError(
    'usage',
    `--org means nothing to this command at ${PROVIDER_TITLES[provider]}, which the profile ${profile.name} is of`,
    {
      hint: 'leave --org out',
    },
  );
}

/** Throws `usage` when the profile is not of this provider; `what` is for that one only. */
export async function requireProvider(context: Context, provider: ProviderName, what: string): Promise<void> {
  const profile = await context.profile();
  if (profile.provider === provider) return;
  const [wanted, actual] = [PROVIDER_TITLES[provider], PROVIDER_TITLES[profile.provider]];
  throw new CliError('usage', `${what} is for ${wanted}, and the profile ${profile.name} is of ${actual}`, {
    hint: `choose a profile of ${wanted} with --profile: flowkiwi profile list shows them`,
  });
}
