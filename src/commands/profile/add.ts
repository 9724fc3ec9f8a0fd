import { isBuiltIn, profileName } from '../../context/profile.ts';
import { DEFAULT_PROVIDER, PROVIDER_DEFAULTS } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import { type Config, STORAGES, type StoredProfile, withProfile } from '../../storage/config.ts';
import { askIfMissing } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { choice, flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { checkKeyFile } from './key-file.ts';
import { profileReport, profileView } from './profile-report.ts';
import { CONNECTION_OPTIONS, connectionSettings } from './settings.ts';
import { warnOfOtherProfile } from './use.ts';
import { checkSystemKey, ZITADEL_SETTINGS, zitadelSettings } from './zitadel-settings.ts';

const EXAMPLE = flowkiwi('profile', 'add', 'work', '--url', 'https://identity.flowkiwi.net');

export const profileAdd = defineCommand({
  name: 'add',
  summary: 'add a named connection: another server, or another account on the same one',
  description:
    'Adds a profile. Each profile has a credential of its own, so that several accounts can be signed in side by side. ' +
    'A profile that is built in can be added too: it has the new values until it is removed. At ZITADEL a person at a terminal is asked which app ' +
    'people sign in through, and can have it created.',
  arguments: [{ name: 'name', kind: 'setting', summary: 'letters, digits, dots, hyphens and underscores' }],
  options: {
    storage: choice('--storage <storage>', STORAGES, 'where its secrets are kept: file, or keyring (the system keychain)'),
    use: flag('--use', 'make it the profile in use'),
    ...CONNECTION_OPTIONS,
    ...ZITADEL_SETTINGS,
  },
  examples: [
    'flowkiwi profile add work --url https://identity.flowkiwi.net --use',
    'flowkiwi profile add staging --url https://staging.example --issuer https://login.example',
    'flowkiwi profile add tenants --provider zitadel --url https://zitadel.example --client-id 288934',
  ],
  printsResource: true,
  exits: ['invalid', 'conflict', 'unavailable'],
  data: both(() => objectOf(profileView)),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { args: [given], options: { storage, use, ...settings } }) => {
    const { printer, config, credentials, edges, messages } = context;
    printer.check(profileView);
    const choice = await context.profileChoice();
    const name = checkedNewName(
      await askIfMissing(context, given, {
        kind: 'setting',
        what: 'NAME',
        example: EXAMPLE,
        message: 'Name of the profile:',
        problem: nameProblem,
      }),
    );
    const provider = settings.provider ?? DEFAULT_PROVIDER;
    const url = await askIfMissing(context, settings.url, {
      kind: 'url',
      what: '--url',
      example: EXAMPLE,
      message: 'Base URL of the API:',
      default: PROVIDER_DEFAULTS[provider].settings.url,
    });
    const { connection, notice } = connectionSettings({ ...settings, url }, provider);
    await messages.change({ notice, warning: undefined });
    const named: StoredProfile = {
      ...connection,
      ...(storage !== undefined && { storage }),
      ...zitadelSettings(provider, settings),
    };
    if (named.keyFile !== undefined) await checkKeyFile(context, named.keyFile);
    if (named.systemKey !== undefined) await checkSystemKey(context, named.systemKey);
    if (isAdded(await config.read(), name)) throw conflict(name);
    const { settings: added, before } = context.prompter
      ? await (await import('./guide.ts')).guided(context, provider, name, named)
      : { settings: named, before: undefined };
    await config.update((stored) => {
      if (isAdded(stored, name)) throw conflict(name);
      const changed = withProfile(stored, name, ({ storage: usual, currentOrganizations, organizations }) => ({
        ...(usual !== undefined && { storage: usual }),
        ...added,
        ...(currentOrganizations !== undefined && { currentOrganizations }),
        ...(organizations !== undefined && { organizations }),
      }));
      return use ? { ...changed, currentProfile: name } : changed;
    });
    const [stored, signedIn] = [await config.read(), await credentials.read()];
    const current = profileName(choice, edges.env, stored);
    if (use) await warnOfOtherProfile(context, name, choice);
    const report = profileReport(name, { config: stored, credentials: signedIn, current });
    const words = current === name ? [] : ['--profile', name];
    return recordResult(profileView, report, {
      success: `Added profile ${name} (${report.url})`,
      next: flowkiwi(...words, ...(before?.words ?? (added.systemUser === undefined ? ['login'] : ['instance', 'list']))),
    });
  }),
);

/** An entry without a URL only has the current organizations of a profile that is built in. */
function isAdded(config: Config | undefined, name: string): boolean {
  const stored = config?.profiles.get(name);
  return stored !== undefined && !(isBuiltIn(name) && stored.url === undefined);
}

function conflict(name: string): CliError {
  return new CliError('conflict', `there is a profile ${JSON.stringify(name)} already`, {
    hint: helpWith('choose another name, or remove the profile first', 'profile', 'remove', name),
  });
}

/** Needs no quotes in any shell, and can be a part of a file name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What is wrong with the name of a new profile, in words; undefined when nothing is. */
function nameProblem(name: string): string | undefined {
  if (NAME.test(name)) return undefined;
  return 'A name has letters, digits, dots, hyphens and underscores, begins with a letter or a digit, and has at most 64 characters';
}

/** Throws `usage` for a name that a new profile cannot have. */
function checkedNewName(name: string): string {
  if (nameProblem(name) === undefined) return name;
  throw new CliError('usage', `a profile cannot be named ${JSON.stringify(name)}`, {
    hint: 'use letters, digits, dots, hyphens and underscores, at most 64, beginning with a letter or a digit: for example acme-eu',
  });
}
