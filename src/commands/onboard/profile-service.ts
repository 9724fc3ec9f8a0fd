import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { type CliError, isCliError } from '../../errors.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import type { Service } from './service.ts';

/** The identity service of the profile. Lets a person sign in first when nobody is; throws what is wrong when no person is there to do it. */
export async function profileService(context: Context, flow: SignInFlow | undefined): Promise<Service> {
  const problem = await credentialProblem(context);
  if (problem) await letSignIn(context, flow, problem);
  const organizations = await context.organizations();
  const { current, known } = await organizations.read();
  return {
    provider: await context.flowkiwi(),
    defaults: undefined,
    currentOrganization: known.find(({ id }) => id === current),
    remember: (organization) => organizations.remember(organization, { use: true }),
    close: () => Promise.resolve(),
  };
}

/** Why the credential cannot be used, refreshed if need be; undefined when it can. A token from the environment is taken as it is. */
async function credentialProblem(context: Context): Promise<CliError | undefined> {
  if (environmentCredential(context.edges.env)) return undefined;
  try {
    await (await context.credential()).accessToken();
    return undefined;
  } catch (error) {
    if (isCliError(error) && error.code === 'auth') return error;
    throw error;
  }
}

async function letSignIn(context: Context, flag: SignInFlow | undefined, problem: CliError): Promise<void> {
  const [{ login }, { flowForSurroundings }] = await Promise.all([import('../auth/login.ts'), import('../auth/sign-in.ts')]);
  const flow = flag ?? (await flowForSurroundings(context));
  if (flow === undefined) throw problem;
  const { success } = await login(context, await context.profile(), { flow, open: true });
  if (success !== undefined) await context.messages.success(success);
}
