import { PASSWORD_STDIN } from '../kit/new-password.ts';
import { flag, text } from '../kit/option.ts';

export const PASSWORD_CHANGE_REQUIRED = flag('--password-change-required', 'the password has to be changed at the first sign-in');

/** A machine that is to own an instance of ZITADEL. */
export const MACHINE_OWNER_OPTIONS = {
  machine: text('--machine <name>', 'name', 'a machine owns it, by this display name'),
  machineUserName: text('--machine-user-name <name>', 'name', 'user name of the machine'),
  patOut: text('--pat-out <file>', 'path', 'new file for a personal access token of the machine'),
  patExpires: text('--pat-expires <date>', 'setting', 'when that token ends: 2030-12-31, or with a time; never when absent'),
  keyOut: text('--key-out <file>', 'path', 'new file for a key of the machine, which login --key-file takes'),
  keyExpires: text('--key-expires <date>', 'setting', 'when that key ends; never when absent'),
};

/** What `instance create` takes for an instance of ZITADEL: the instance itself, and a person or a machine that owns it. */
export const ZITADEL_OPTIONS = {
  firstOrg: text('--first-org <name>', 'name', 'name of its first organization; that of the instance when absent'),
  domain: text('--domain <domain>', 'setting', 'a domain of your own for it, beside the one made from its name'),
  language: text('--language <tag>', 'setting', 'default language, such as en'),
  userName: text('--user-name <name>', 'name', 'login name of the person who owns it'),
  firstName: text('--first-name <name>', 'name', 'first name'),
  lastName: text('--last-name <name>', 'name', 'last name'),
  email: text('--email <address>', 'setting', 'mail address'),
  emailVerified: flag('--email-verified', 'the mail address is known to be theirs'),
  passwordStdin: PASSWORD_STDIN,
  passwordChangeRequired: PASSWORD_CHANGE_REQUIRED,
  ...MACHINE_OWNER_OPTIONS,
  wait: flag('--no-wait', 'do not wait until it can be read (15 s, or --timeout)'),
};
