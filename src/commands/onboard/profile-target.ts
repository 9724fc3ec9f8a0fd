import type { Context } from '../../context/context.ts';
import type { SeenOrganization } from '../../context/organizations.ts';
import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import { chooseExisting } from '../org/choose.ts';
import { ensureSignedIn } from './signed-in.ts';

/** Where onboarding happens, signed in. */
export interface OnboardTarget {
  readonly provider: FlowkiwiIdentity;
  /** Names that are offered as answers, and taken when there is no person to ask; none where something real would be made of them. */
  readonly defaults: { readonly orgName: string; readonly instanceName: string } | undefined;
  /** Lets a person choose an organization that is there already: its id. Undefined for a new one. */
  readonly chooseExisting: () => Promise<string | undefined>;
  /** Remembers an organization that was made or chosen, as the current one. */
  readonly remember: (organization: SeenOrganization) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The identity service of the profile. Lets a person sign in first when nobody is; throws what is wrong when no person is there to do it. */
export async function profileTarget(context: Context, flow: SignInFlow | undefined): Promise<OnboardTarget> {
  await ensureSignedIn(context, { flow });
  const organizations = await context.organizations();
  return {
    provider: await context.flowkiwi(),
    defaults: undefined,
    chooseExisting: () => chooseExisting(context),
    remember: (organization) => organizations.remember(organization, { use: true }),
    close: () => Promise.resolve(),
  };
}
