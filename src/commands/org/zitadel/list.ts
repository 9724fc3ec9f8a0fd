import type { Context } from '../../../context/context.ts';
import type { ZitadelOrganization } from '../../../identity/zitadel/organization.ts';
import { listResult, type Result } from '../../kit/result.ts';
import { type ListedOrganization, listedOrganizationView } from './organization-view.ts';

/** `org list` at ZITADEL: the organizations of the instance. */
export async function listOrganizations(context: Context): Promise<Result> {
  context.printer.check(listedOrganizationView);
  const { current } = await (await context.organizations()).read();
  return listResult(listedOrganizationView, marked((await context.zitadel()).listOrganizations(), current));
}

async function* marked(organizations: AsyncIterable<ZitadelOrganization>, current: string | undefined): AsyncGenerator<ListedOrganization> {
  for await (const organization of organizations) yield { ...organization, current: organization.id === current };
}
