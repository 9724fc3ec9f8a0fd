import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { PASSWORD_STDIN } from '../kit/new-password.ts';
import { choice, flag, text, texts } from '../kit/option.ts';
import { both } from '../kit/provider.ts';

/** The options of an organization and its administrator, which are fields of the request. */
export const ADMINISTRATOR_OPTIONS = {
  domain: text('--domain <domain>', 'setting', 'another domain of the organization, beside the one made from its name'),
  userName: text('--user-name <name>', 'name', 'login name of the administrator'),
  firstName: text('--first-name <name>', 'name', 'first name'),
  lastName: text('--last-name <name>', 'name', 'last name'),
  nickName: text('--nick-name <name>', 'name', 'nickname'),
  displayName: text('--display-name <name>', 'name', 'the name that is shown; made from the others when absent'),
  email: text('--email <address>', 'setting', 'mail address'),
  emailVerified: flag('--email-verified', 'the mail address is known to be theirs'),
  phone: text('--phone <number>', 'setting', 'telephone number, beginning with + and the code of the country'),
  phoneVerified: flag('--phone-verified', 'the telephone number is known to be theirs'),
  language: text('--language <tag>', 'setting', 'preferred language, such as en or de-CH'),
  gender: choice('--gender <gender>', ['female', 'male', 'diverse', 'unspecified'], 'female, male, diverse or unspecified'),
  role: texts('--role <role>', 'setting', 'role in the organization, such as ORG_OWNER, the one when absent; may be given several times'),
};

export const orgSetup = defineCommand({
  name: 'setup',
  summary: 'create an organization with its administrator (ZITADEL)',
  description:
    'Creates an organization and a user who administers it, in one call. The password comes from standard input with --password-stdin or is asked ' +
    'for; without one ZITADEL sends a mail with a link to set it. --input takes the whole request as JSON, as the API documents it, in place of ' +
    'the name and all options but --password-stdin. Needs the role IAM_OWNER.',
  arguments: [{ name: 'name', kind: 'name', summary: 'name of the organization; unique in the instance' }],
  options: {
    ...ADMINISTRATOR_OPTIONS,
    passwordStdin: PASSWORD_STDIN,
    input: text('--input <file>', 'path', 'the whole request as JSON from a file, or from standard input for -'),
    use: flag('--no-use', 'leave the current organization unchanged'),
  },
  examples: [
    'flowkiwi org setup Acme --user-name jd --first-name Jane --last-name Doe --email jane@acme.example',
    'flowkiwi org setup --input setup.json --json',
  ],
  printsResource: true,
  exits: ['invalid', 'auth', 'conflict', 'forbidden', 'unknown_outcome', 'unavailable'],
  data: both(async () => objectOf((await import('./views.ts')).setUpView)),
  effect: 'changes',
  org: both('refused'),
}).run({
  flowkiwi: 'none',
  zitadel: async (context, input) => (await import('./zitadel-setup.ts')).setUpOrganization(context, input),
});
