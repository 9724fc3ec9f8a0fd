import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { CliError } from '../../errors.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import { commandLine } from '../command-line.ts';
import type { Service } from './service.ts';

/** The identity service of the profile. Lets a person sign in first when nobody is. */
export async function profileService(context: Context, flow: SignInFlow | undefined): Promise<Service> {
  const profile = await context.profile();
  const stored = (await context.credentials.read())?.get(profile.name);
  if (!stored && !environmentCredential(context.edges.env)) await letSignIn(context, flow);
  const organizations = await context.organizations();
  const { current, known } = await organizations.read();
  return {
    provider: await context.provider(),
    defaults: undefined,
    currentOrganization: known.find(({ id }) => id === current),
    remember: (organization) => organizations.remember(organization, { use: true }),
    close: () => Promise.resolve(),
  };
}

async function letSignIn(context: Context, flow: SignInFlow | undefined): Promise<void> {
  if (!context.prompter && flow === undefined) {
    throw new CliError('auth', 'not signed in', { hint: `${commandLine(context, 'login')}, or set FLOWKIWI_TOKEN` });
  }
  const { login } = await import('../auth/login.ts');
  const { success } = await login(context, await context.profile(), { flow, open: true });
  if (success !== undefined) await context.messages.success(success);
}
