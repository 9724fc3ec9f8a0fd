import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { type CommandLine, flowkiwi } from '../../hint.ts';
import type { Instance } from '../../identity/instance.ts';
import type { Organization } from '../../identity/organization.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import { MACHINE_OWNER_OPTIONS, PASSWORD_CHANGE_REQUIRED } from '../instance/zitadel-options.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { PASSWORD_STDIN } from '../kit/new-password.ts';
import { flag, onlyFor, optionName, text } from '../kit/option.ts';
import { both, requireProvider } from '../kit/provider.ts';
import { nameAndId, type Result, valueResult } from '../kit/result.ts';
import { ADMINISTRATOR_OPTIONS } from '../org/setup.ts';
import { organizationTree } from '../tree/organization-tree.ts';
import { askForAnswers, checkFlags, type OnboardFlags } from './answers.ts';
import { createAndReadBack } from './create-and-read-back.ts';
import { embeddedSandbox } from './embedded-sandbox.ts';
import { profileTarget } from './profile-target.ts';

/** What `onboard` takes at ZITADEL: how to sign in, and who administers an organization or owns an instance. */
const ZITADEL_OPTIONS = {
  keyFile: text('--key-file <file>', 'path', 'sign in with the key of a service account; - is standard input'),
  ...ADMINISTRATOR_OPTIONS,
  passwordStdin: PASSWORD_STDIN,
  passwordChangeRequired: PASSWORD_CHANGE_REQUIRED,
  ...MACHINE_OWNER_OPTIONS,
};

interface OnboardOptions extends OnboardFlags {
  readonly sandbox: boolean;
  readonly browser: boolean;
  readonly device: boolean;
}

export const onboard = defineCommand({
  name: 'onboard',
  summary: 'the guided way: sign in, create an organization and an instance, read them back',
  description:
    'Signs in if needed, creates an organization and an instance in it, reads the instance back, and prints both as a tree. ' +
    'Asks for what the flags do not say, and offers the organizations that are there first. With --sandbox everything happens in a sandbox on this machine that ends with the command. ' +
    'At ZITADEL an instance stands above organizations: --org-name creates an organization in the instance of the profile, with its administrator; ' +
    '--instance-name an instance of its own, with a person or a machine that owns it, by the system user of the profile, and --org-name names its ' +
    'first organization then.',
  options: {
    sandbox: flag('--sandbox', 'try it out in a sandbox on this machine; needs no account'),
    orgName: text('--org-name <name>', 'name', 'name of the organization to create; --org takes one that exists'),
    instanceName: text('--instance-name <name>', 'name', 'name of the instance to create'),
    handle: text('--handle <handle>', 'handle', 'handle of the instance'),
    browser: flag('--browser', 'sign in with the browser of this machine'),
    device: flag('--device', 'sign in with a code that is entered in any browser'),
    ...onlyFor({ flowkiwi: false, zitadel: true }, ZITADEL_OPTIONS),
  },
  examples: [
    'flowkiwi onboard',
    'flowkiwi onboard --sandbox',
    'flowkiwi onboard --org-name "Acme Corp" --instance-name "Acme EU" --handle acme-eu --no-input',
    'flowkiwi onboard --org-name Acme --user-name jo --first-name Jo --last-name Doe --email jo@x.example',
    'flowkiwi onboard --instance-name Acme --machine Bot --machine-user-name bot --key-out acme.json',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'timeout', 'forbidden', 'unknown_outcome', 'unavailable', 'interrupted'],
  data: both(() => objectWith({ organization: 'object', instance: 'object | null' })),
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: (context, { options }) => onboardAtFlowkiwi(context, options),
  zitadel: async (context, { options }) => {
    // A sandbox is Flowkiwi's, whatever the profile is.
    if (options.sandbox) return onboardAtFlowkiwi(context, withoutZitadel(options));
    if (options.handle !== undefined) await requireProvider(context, { flowkiwi: true, zitadel: false }, '--handle');
    return (await import('./zitadel.ts')).onboardAtZitadel(context, options, flowOf(options));
  },
});

async function onboardAtFlowkiwi(context: Context, { sandbox, ...options }: OnboardOptions): Promise<Result> {
  const { orgName, instanceName, handle } = options;
  const [flow, flags] = [flowOf(options), { orgName, instanceName, handle }];
  checkFlags(context, flags, sandbox);
  const target = await (sandbox ? embeddedSandbox(context, flow) : profileTarget(context, flow));
  try {
    const answers = await askForAnswers(context, target, flags);
    const { organization, instance } = await createAndReadBack(context, target, answers);
    await context.messages.success(`Created instance ${nameAndId(instance)}`);
    const { org } = context.options;
    const where = 'id' in answers.organization && !answers.organization.use && org !== undefined ? ['--org', org] : [];
    const { id, handle } = instance;
    // It was read back already.
    const look = handle === null ? flowkiwi('instance', 'get', { id }, ...where) : flowkiwi('open', { id: handle });
    const next = sandbox ? sandboxStart(context) : look;
    return resultFor(context, organization, instance, { next });
  } finally {
    await target.close();
  }
}

/** The options without those of ZITADEL. Throws `usage` where one of them is given. */
function withoutZitadel<O extends OnboardOptions>(options: O): OnboardOptions {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  const [stray] = Object.entries(ZITADEL_OPTIONS).filter(([key]) => given.some(([name]) => name === key));
  if (stray === undefined) return options;
  throw new CliError('usage', `${optionName(stray[1])} is for ZITADEL, and a sandbox of onboard is of Flowkiwi`, {
    hint: 'leave one of them out',
  });
}

function flowOf({ browser, device }: Pick<OnboardOptions, 'browser' | 'device'>): SignInFlow | undefined {
  if (browser && device) throw new CliError('usage', '--browser and --device exclude each other', { hint: 'give one of them' });
  return device ? 'device' : browser ? 'browser' : undefined;
}

/** `npm start` runs it from a clone, where it is not on the path. */
function sandboxStart({ edges }: Pick<Context, 'edges'>): CommandLine {
  const start = flowkiwi('sandbox', 'start');
  return edges.env['npm_lifecycle_event'] === undefined ? start : { program: 'npx', words: ['flowkiwi', ...start.words] };
}

function resultFor({ options }: Context, organization: Organization, instance: Instance, words: Pick<Result, 'next'>): Result {
  const ids = [organization.id, instance.id];
  return valueResult({ organization, instance }, options.quiet ? ids : organizationTree(organization, [instance]), words);
}
