import type { FlowkiwiIdentity } from '../../identity/provider.ts';
import type { KnownOrganization } from '../../storage/config.ts';

/** Where onboarding happens, signed in. */
export interface Service {
  readonly provider: FlowkiwiIdentity;
  /** Names that are offered as answers, and taken when nobody can be asked; none where something real would be made of them. */
  readonly defaults: { readonly orgName: string; readonly instanceName: string } | undefined;
  /** The organization to go on in when no other is named. */
  readonly currentOrganization: KnownOrganization | undefined;
  /** Remembers an organization that was made. */
  readonly remember: (organization: KnownOrganization) => Promise<void>;
  readonly close: () => Promise<void>;
}
