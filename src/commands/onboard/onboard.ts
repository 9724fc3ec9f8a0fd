import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { type CommandLine, flowkiwi } from '../../hint.ts';
import type { Instance } from '../../identity/instance.ts';
import type { Organization } from '../../identity/organization.ts';
import { defineCommand } from '../kit/command.ts';
import { flag, text } from '../kit/option.ts';
import { both, requireProvider } from '../kit/provider.ts';
import { nameAndId, type Result, valueResult } from '../kit/result.ts';
import { organizationTree } from '../tree/organization-tree.ts';
import { askForAnswers, checkFlags } from './answers.ts';
import { createAndReadBack } from './create-and-read-back.ts';
import { embeddedSandbox } from './embedded-sandbox.ts';
import { profileTarget } from './profile-target.ts';

export const onboard = defineCommand({
  name: 'onboard',
  summary: 'the guided way: sign in, create an organization and an instance, read them back',
  description:
    'Signs in if needed, creates an organization and an instance in it, reads the instance back, and prints both as a tree. ' +
    'Asks for what the flags do not say. With --sandbox everything happens in a sandbox on this machine that ends with the command.',
  options: {
    sandbox: flag('--sandbox', 'try it out in a sandbox on this machine; needs no account'),
    orgName: text('--org-name <name>', 'name', 'name of the organization to create; --org takes one that exists'),
    instanceName: text('--instance-name <name>', 'name', 'name of the instance to create'),
    handle: text('--handle <handle>', 'handle', 'handle of the instance'),
    browser: flag('--browser', 'sign in with the browser of this machine'),
    device: flag('--device', 'sign in with a code that is entered in any browser'),
  },
  examples: [
    'flowkiwi onboard',
    'flowkiwi onboard --sandbox',
    'flowkiwi onboard --org-name "Acme Corp" --instance-name "Acme EU" --handle acme-eu --no-input',
  ],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'timeout', 'forbidden', 'unknown_outcome', 'unavailable', 'interrupted'],
  org: both('used'),
}).run(
  both(async (context, { options: { sandbox, browser, device, ...flags } }) => {
    if (browser && device) throw new CliError('usage', '--browser and --device exclude each other', { hint: 'give one of them' });
    const flow = device ? 'device' : browser ? 'browser' : undefined;
    // A sandbox is Flowkiwi's, whatever the profile is.
    if (!sandbox) await requireProvider(context, { flowkiwi: true, zitadel: false }, 'this command');
    checkFlags(context, flags, sandbox);
    const target = await (sandbox ? embeddedSandbox(context, flow) : profileTarget(context, flow));
    try {
      const answers = await askForAnswers(context, target, flags);
      const { organization, instance } = await createAndReadBack(context, target, answers);
      await context.messages.success(`Created instance ${nameAndId(instance)}`);
      const next = sandbox ? sandboxStart(context) : flowkiwi('instance', 'get', { id: instance.handle ?? instance.id });
      return resultFor(context, organization, instance, { next });
    } finally {
      await target.close();
    }
  }),
);

/** `npm start` runs it from a clone, where it is not on the path. */
function sandboxStart({ edges }: Pick<Context, 'edges'>): CommandLine {
  const start = flowkiwi('sandbox', 'start');
  return edges.env['npm_lifecycle_event'] === undefined ? start : { program: 'npx', words: ['flowkiwi', ...start.words] };
}

function resultFor({ options }: Context, organization: Organization, instance: Instance, words: Pick<Result, 'next'>): Result {
  const ids = [organization.id, instance.id];
  return valueResult({ organization, instance }, options.quiet ? ids : organizationTree(organization, [instance]), words);
}
