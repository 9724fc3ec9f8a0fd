import { appHandlers } from './apps.ts';
import type { Handler } from './handler.ts';
import { healthHandlers } from './health.ts';
import { instanceCreationHandlers } from './instance-creation.ts';
import { instanceDomainHandlers } from './instance-domains.ts';
import { instanceHandlers } from './instances.ts';
import { instanceV2Handlers } from './instances-v2.ts';
import { limitHandlers } from './limits.ts';
import { memberHandlers } from './members.ts';
import { oidcSettingsHandlers } from './oidc-settings.ts';
import { organizationDomainHandlers } from './organization-domains.ts';
import { organizationPartV2BetaHandlers } from './organization-parts-v2beta.ts';
import { organizationSetupHandlers } from './organization-setup.ts';
import { organizationHandlers } from './organizations.ts';
import { organizationV2Handlers } from './organizations-v2.ts';
import { organizationV2BetaHandlers } from './organizations-v2beta.ts';
import { projectHandlers } from './projects.ts';
import { userHandlers } from './users.ts';
import { userV2Handlers } from './users-v2.ts';

const ALL: readonly Handler[] = [
  ...healthHandlers,
  ...organizationHandlers,
  ...organizationSetupHandlers,
  ...organizationDomainHandlers,
  ...organizationV2Handlers,
  ...organizationV2BetaHandlers,
  ...organizationPartV2BetaHandlers,
  ...instanceHandlers,
  ...instanceCreationHandlers,
  ...instanceDomainHandlers,
  ...instanceV2Handlers,
  ...limitHandlers,
  ...memberHandlers,
  ...userHandlers,
  ...userV2Handlers,
  ...projectHandlers,
  ...appHandlers,
  ...oidcSettingsHandlers,
];

/** Every call that the sandbox can do: service, then method. */
export const HANDLERS: ReadonlyMap<string, ReadonlyMap<string, Handler>> = new Map(
  [...new Set(ALL.map(({ method }) => method.parent.typeName))].map((service) => {
    const handlers = ALL.filter(({ method }) => method.parent.typeName === service);
    return [service, new Map(handlers.map((handler) => [handler.method.name, handler]))];
  }),
);
