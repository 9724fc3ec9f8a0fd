import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { PROVIDER_DEFAULTS } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import type { StoredCredential } from '../../storage/credential.ts';
import { CLIENT_ID } from '../../well-known.ts';
import { requireFlow, type SignIn, signIn } from '../auth/sign-in.ts';
import type { Keys } from '../auth/waiting.ts';
import type { OnboardTarget } from './profile-target.ts';

/**
 * A sandbox in memory that lives as long as the command, signed in to. A person signs in for real, in the browser or with
 * a code; when there is no person to ask the sandbox approves by itself. Nothing is stored: it all ends with the command.
 */
export async function embeddedSandbox(context: Context, flow: SignInFlow | undefined): Promise<OnboardTarget> {
  const { edges, prompter, messages } = context;
  const [{ startSandbox }, { newControlSecret }] = await Promise.all([
    import('../../sandbox/server.ts'),
    import('../../sandbox/control-secret.ts'),
  ]);
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    data: undefined,
    // Nobody is told it: it has no use for its controls.
    secret: newControlSecret(),
    autoApprove: !prompter,
    clock: edges.clock,
    // Its only client is this command, and a person looks on.
    deviceIntervalSeconds: 1,
  });
  try {
    await messages.notice(`A sandbox runs at ${sandbox.url} until this command ends`);
    const credential = await (prompter ? personSignsIn(context, sandbox, flow) : sandboxApproves(context, sandbox, flow));
    await messages.success(`Signed in${credential.user?.email ? ` as ${credential.user.email}` : ''}`);
    return {
      provider: context.connect(profileOf(sandbox), {
        source: 'the session in the sandbox',
        remedy: 'run the command again',
        accessToken: () => Promise.resolve(credential.accessToken),
        renew: () => Promise.resolve(undefined),
      }),
      defaults: { orgName: 'Acme Corp', instanceName: 'Acme EU' },
      chooseExisting: () => Promise.resolve(undefined),
      remember: () => Promise.resolve(),
      close: () => sandbox.close(),
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

function profileOf({ url }: Sandbox): Profile {
  const { sandbox, scopes, machineScopes } = PROVIDER_DEFAULTS.flowkiwi;
  return {
    name: sandbox.profile,
    provider: 'flowkiwi',
    url: new URL(url),
    issuer: url,
    clientId: CLIENT_ID,
    scopes: scopes(undefined),
    namedScopes: [],
    signIn: {},
    machineScopes: machineScopes(undefined),
  };
}

async function start(context: Context, sandbox: Sandbox, options: Omit<SignIn, 'profile' | 'server'>): Promise<StoredCredential> {
  const { http, edges } = context;
  const profile = profileOf(sandbox);
  const { discoverAuthorizationServer } = await import('../../oauth/discovery.ts');
  const server = await discoverAuthorizationServer({ http, apiUrl: profile.url, issuer: undefined, signal: edges.interruption });
  if (!server) throw new Error('the sandbox publishes no sign-in server');
  return signIn(context, { profile, server, ...options }, (credential) => Promise.resolve(credential));
}

async function personSignsIn(context: Context, sandbox: Sandbox, flow: SignInFlow | undefined): Promise<StoredCredential> {
  const { edges, messages } = context;
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new CliError('interrupted', 'interrupted'));
  });
  const approveOnEnter = async (userCode: string): Promise<Keys> => {
    await messages.notice('Or press Enter to sign in as jane@acme.example without a browser');
    return { '\r': () => void sandbox.approveDevice(userCode), '\x04': leave };
  };
  const chosen = await requireFlow(context, flow);
  const signingIn = start(context, sandbox, { flow: chosen, openUrl: edges.openUrl, onUserCode: approveOnEnter });
  return Promise.race([signingIn, left]);
}

async function sandboxApproves(context: Context, sandbox: Sandbox, flow: SignInFlow | undefined): Promise<StoredCredential> {
  const { visit } = await import('../../sandbox/approving-visitor.ts');
  const visitUrl = async (url: string): Promise<boolean> => {
    // Its end is the answer that the sign-in waits for; its failure shows as the sign-in's time-out.
    void visit(url, context.edges.interruption).catch(() => undefined);
    return true;
  };
  return start(context, sandbox, { flow: flow ?? 'browser', openUrl: visitUrl, silent: true });
}
