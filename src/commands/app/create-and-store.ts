import type { Context } from '../../context/context.ts';
import { flowkiwi } from '../../hint.ts';
import type { View } from '../../output/view.ts';
import { withProfile } from '../../storage/config.ts';
import { type Result, recordResult } from '../kit/result.ts';
import { zitadelOrganizationId } from '../org/find.ts';
import { type AdministratorFlags, administrator } from './administrator.ts';
import { APP_NAME, ensureSignInApp, redirectUri, type SignInApp } from './sign-in-app.ts';

/** How the app is shown. */
export const appView: View<SignInApp> = {
  kind: 'app',
  fields: [
    { name: 'client_id', heading: 'Client id', type: 'string', table: true, keep: true, text: ({ client_id }) => client_id },
    { name: 'app_id', heading: 'App', type: 'string', table: true, keep: true, text: ({ app_id }) => app_id },
    { name: 'project_id', heading: 'Project', type: 'string', table: true, keep: true, text: ({ project_id }) => project_id },
    { name: 'created', heading: 'New', type: 'boolean', table: true, text: ({ created }) => (created ? 'yes' : 'no') },
  ],
  id: ({ client_id }) => client_id,
  json: (app) => ({ ...app }),
};

/** `auth app create`, at ZITADEL only. */
export async function createAndStore(context: Context, flags: AdministratorFlags): Promise<Result> {
  context.printer.check(appView);
  const profile = await context.profile();
  const zitadel = await context.connectZitadel(profile, await administrator(context, profile, flags));
  const { org } = context.options;
  const within = org === undefined ? undefined : await zitadelOrganizationId(context, org, zitadel);
  const app = await ensureSignInApp(context, zitadel, { redirectUri: redirectUri(profile), within });
  await context.config.update((stored) => withProfile(stored, profile.name, (entry) => ({ ...entry, clientId: app.client_id })));
  return recordResult(appView, app, {
    success: `${app.created ? 'Created' : 'Found'} app ${APP_NAME} (client id ${app.client_id}), which profile ${profile.name} signs in through now`,
    next: flowkiwi('login'),
  });
}
