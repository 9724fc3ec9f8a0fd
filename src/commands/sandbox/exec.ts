import type { Context } from '../../context/context.ts';
import { DEFAULT_PROVIDER, PROVIDERS, type ProviderName } from '../../context/provider-defaults.ts';
import type { Help } from '../../hint.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { configFile } from '../../storage/config.ts';
import { knownOrganizations } from '../../storage/known-organizations.ts';
import { defineCommand } from '../kit/command.ts';
import { otherData } from '../kit/data.ts';
import { choice } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { assertHasWay, MACHINE_WAYS, machineVariables } from './machine-variables.ts';
import { behaviourOf, behaviourOptions, openControls, reportFailureTo } from './sandbox-options.ts';

/** The person that the command is signed in as. */
const EMAIL = 'jane@acme.example';

/** What the folder of config.json needs for the command to be signed in, beside a token. */
const PREPARATIONS: Readonly<Record<ProviderName, ((sandbox: Sandbox, directory: string) => Promise<void>) | 'none'>> = {
  flowkiwi: 'none',
  zitadel: async (sandbox, directory) => (await import('./system-user-key.ts')).shareSystemUserKey(sandbox, directory),
};

export const sandboxExec = defineCommand({
  name: 'exec',
  summary: 'run a command against a sandbox of its own, and end with its status',
  description:
    'Starts a sandbox in memory on a free port, runs the command after -- with the environment that signs it in there, ' +
    'and ends with its exit status: for testing scripts in CI without an account or a network. ' +
    'FLOWKIWI_URL, FLOWKIWI_TOKEN, FLOWKIWI_PROVIDER, FLOWKIWI_PROFILE and FLOWKIWI_SANDBOX_SECRET are set, and FLOWKIWI_CONFIG_DIR names a ' +
    'folder that is removed at the end; your own profiles and credentials are out of its reach. With --machine the command signs in by itself, as in CI: with ' +
    'FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET, with FLOWKIWI_KEY_FILE, or with FLOWKIWI_OIDC and the token of a CI job.',
  program: { name: 'CMD', summary: 'the command and its arguments' },
  options: {
    provider: choice('--provider <provider>', PROVIDERS, 'dialect of the API that the command speaks (default: flowkiwi)'),
    machine: choice('--machine <way>', MACHINE_WAYS, 'sign the command in as a machine, in place of FLOWKIWI_TOKEN: secret, key or oidc'),
    openControls,
    ...behaviourOptions,
  },
  examples: [
    'flowkiwi sandbox exec -- flowkiwi org create "Acme Corp"',
    'flowkiwi sandbox exec --machine oidc -- ./onboard.sh',
    'flowkiwi sandbox exec --provider zitadel --lag 2000 -- ./onboard.sh',
    "flowkiwi sandbox exec --fault 'POST /api/organizations=503x2' -- ./onboard.sh",
  ],
  exits: ['invalid', 'interrupted', 'terminated'],
  data: both(otherData),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { options, args: words }) => {
    const { edges } = context;
    const { provider = DEFAULT_PROVIDER, machine } = options;
    if (machine) assertHasWay(provider, machine);
    const [{ startSandbox }, { newControlSecret }, { runProcess }, { signedInEnvironment }, { makeTemporaryFolder }] = await Promise.all([
      import('../../sandbox/server.ts'),
      import('../../sandbox/control-secret.ts'),
      import('./child-process.ts'),
      import('./signed-in-environment.ts'),
      import('./temporary-folder.ts'),
    ]);
    const secret = options.openControls ? undefined : newControlSecret();
    const folder = await makeTemporaryFolder(edges.clock);
    try {
      const sandbox = await startSandbox({
        host: '127.0.0.1',
        port: 0,
        data: undefined,
        secret,
        autoApprove: true,
        clock: edges.clock,
        deviceIntervalSeconds: 1,
        onError: reportFailureTo(context),
        ...behaviourOf(options),
      });
      try {
        const credential = machine
          ? await machineVariables(sandbox, machine, folder.path)
          : { FLOWKIWI_TOKEN: await sandbox.issueAccessToken(EMAIL) };
        const prepare = PREPARATIONS[provider];
        if (prepare !== 'none') await prepare(sandbox, folder.path);
        await rememberAsNew(context, sandbox, folder.path);
        const env = signedInEnvironment(edges.env, { provider, url: sandbox.url, credential, secret, configDirectory: folder.path });
        const exitStatus = await runProcess(
          words.flatMap((word) => word ?? []),
          env,
          edges,
        );
        return { exitStatus };
      } finally {
        // What it has left running in the background keeps nobody waiting.
        await sandbox.close(0);
      }
    } finally {
      await folder.remove();
    }
  }),
);

/** Lets the command know that the server has nothing yet: a first run needs not be said to be one. */
async function rememberAsNew({ edges, messages }: Context, { url }: Pick<Sandbox, 'url'>, directory: string): Promise<void> {
  const store = { directory, platform: edges.platform, clock: edges.clock, warn: (text: Help) => void messages.alert(text) };
  await knownOrganizations({ ...store, config: configFile(store) }).rememberNewServer(new URL(url).href);
}
