import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import { environmentIdentity } from '../../context/environment-identity.ts';
import { isBuiltIn, type Profile, profileSources } from '../../context/profile.ts';
import type { ForProvider } from '../../context/provider-defaults.ts';
import { type CliError, isCliError } from '../../errors.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import { withProfile } from '../../storage/config.ts';

/** How a sign-in is to happen, where somebody says so. */
export interface SignInWish {
  readonly flow: SignInFlow | undefined;
  /** Key of a service account, which signs in somebody who is signed in already. */
  readonly keyFile?: string | undefined;
}

/** Makes sure that somebody is signed in to the profile: by a key that is given, or by a person. Throws what is wrong when no person is there to do it. */
export async function ensureSignedIn(context: Context, { flow, keyFile }: SignInWish): Promise<void> {
  const problem = keyFile === undefined ? await credentialProblem(context) : undefined;
  if (problem || keyFile !== undefined) await signIn(context, { flow, keyFile }, problem);
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

async function signIn(context: Context, { flow, keyFile }: SignInWish, problem: CliError | undefined): Promise<void> {
  const [{ login }, { loginMethod, NO_FLAGS, usualMethod }, { flowForSurroundings }] = await Promise.all([
    import('../auth/login.ts'),
    import('../auth/login-method.ts'),
    import('../auth/sign-in.ts'),
  ]);
  const profile = await context.profile();
  const method = keyFile === undefined ? usualMethod(flow, profile) : loginMethod({ ...NO_FLAGS, keyFile });
  const isPerson = method.kind === 'person';
  if (isPerson && problem && (flow ?? (await flowForSurroundings(context))) === undefined) throw problem;
  const { success } = await login(context, { profile: isPerson ? await withApp(context, profile) : profile, method });
  if (success !== undefined) await context.messages.success(success);
}

/** Where people sign in through an app that somebody has to create first; the sandbox has one that is built in. */
const NEEDS_APP: ForProvider = { flowkiwi: false, zitadel: true };

/** The profile with an app that people can sign in through: a person is asked for it where the profile names none, and it is stored. */
async function withApp(context: Context, profile: Profile): Promise<Profile> {
  const { config, profileChoice, edges } = context;
  const { client_id: source } = profileSources(await profileChoice(), edges.env, await config.read());
  if (!NEEDS_APP[profile.provider] || source !== 'built in' || isBuiltIn(profile.name)) return profile;
  const { chooseApp } = await import('../app/choose-app.ts');
  const clientId = await chooseApp(context, profile);
  if (clientId === undefined) return profile;
  await config.update((stored) => withProfile(stored, profile.name, (entry) => ({ ...entry, clientId })));
  return context.profile({ clientId });
}
