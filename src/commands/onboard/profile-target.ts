import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { environmentIdentity } from '../../context/environment-identity.ts';
import type { SeenOrganization } from '../../context/organizations.ts';
import { type CliError, isCliError } from '../../errors.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import type { KnownOrganization } from '../../storage/config.ts';

/** Where onboarding happens, signed in. */
export interface OnboardTarget {
  readonly provider: FlowkiwiIdentity;
  /** Names that are offered as answers, and taken when there is no person to ask; none where something real would be made of them. */
  readonly defaults: { readonly orgName: string; readonly instanceName: string } | undefined;
  /** The organization to go on in when no other is named. */
  readonly currentOrganization: KnownOrganization | undefined;
  /** Remembers an organization that was made. */
  readonly remember: (organization: SeenOrganization) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The identity service of the profile. Lets a person sign in first when nobody is; throws what is wrong when no person is there to do it. */
export async function profileTarget(context: Context, flow: SignInFlow | undefined): Promise<OnboardTarget> {
  const problem = await credentialProblem(context);
  if (problem) await promptSignIn(context, flow, problem);
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

/** Why the credential cannot be used, refreshed if need be; undefined when it can. What is in the environment is taken unchanged: no sign-in would replace it. */
async function credentialProblem(context: Context): Promise<CliError | undefined> {
  const { env } = context.edges;
  if (environmentCredential(env) || environmentIdentity(env)) return undefined;
  try {
    await (await context.credential()).accessToken();
    return undefined;
  } catch (error) {
    if (isCliError(error) && error.code === 'auth') return error;
    throw error;
  }
}

async function promptSignIn(context: Context, flag: SignInFlow | undefined, problem: CliError): Promise<void> {
  const [{ login }, { usualMethod }, { flowForSurroundings }] = await Promise.all([
    import('../auth/login.ts'),
    import('../auth/login-method.ts'),
    import('../auth/sign-in.ts'),
  ]);
  const profile = await context.profile();
  const method = usualMethod(flag, profile);
  if (method.kind === 'person' && (flag ?? (await flowForSurroundings(context))) === undefined) throw problem;
  const { success } = await login(context, { profile, method });
  if (success !== undefined) await context.messages.success(success);
}
