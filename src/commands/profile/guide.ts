import type { Context } from '../../context/context.ts';
import { resolveProfile } from '../../context/profile.ts';
import type { ProviderName } from '../../context/provider-defaults.ts';
import { findSignInServer } from '../../context/sign-in-server.ts';
import { type CliError, isCliError } from '../../errors.ts';
import { type CommandLine, flowkiwi } from '../../hint.ts';
import { type StoredProfile, withProfile } from '../../storage/config.ts';
import { chooseApp } from '../app/choose-app.ts';
import { confirmYes } from '../kit/ask.ts';

/** What a person is asked about a new profile beyond its name and URL. */
const GUIDES: Readonly<Record<ProviderName, typeof guideToZitadel | 'none'>> = { flowkiwi: 'none', zitadel: guideToZitadel };

export interface Guided {
  readonly settings: StoredProfile;
  /** What is still to be done before somebody can sign in; undefined when nothing is. */
  readonly before: CommandLine | undefined;
}

/** The settings of a new profile, with what a person at a terminal adds to them. Throws `interrupted` for a person who wants it no more. */
export async function guided(context: Context, provider: ProviderName, name: string, settings: StoredProfile): Promise<Guided> {
  const guide = GUIDES[provider];
  return guide === 'none' ? { settings, before: undefined } : guide(context, name, settings);
}

/** Looks for the sign-in server, which every instance is, and asks which app people sign in through. A key needs neither. */
async function guideToZitadel(context: Context, name: string, settings: StoredProfile): Promise<Guided> {
  const { clientId: given, systemUser, keyFile } = settings;
  if (given !== undefined || systemUser !== undefined || keyFile !== undefined) return { settings, before: undefined };
  const profile = resolveProfile(
    { profile: name },
    {},
    withProfile(await context.config.read(), name, () => settings),
  );
  const withoutApp = { settings, before: flowkiwi('auth', 'app', 'create') };
  try {
    const http = await context.httpFor(profile);
    await findSignInServer({ http, profile, signal: context.edges.interruption });
  } catch (error) {
    if (!isCliError(error) || context.edges.interruption.aborted) throw error;
    await context.messages.warning(wordsOf(error));
    await confirmYes(context, 'Add the profile all the same?');
    return withoutApp;
  }
  const clientId = await chooseApp(context, profile);
  return clientId === undefined ? withoutApp : { settings: { ...settings, clientId }, before: undefined };
}

function wordsOf({ message, detail }: CliError): string {
  return detail === undefined ? message : `${message}: ${detail}`;
}
