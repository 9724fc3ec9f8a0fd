import { ZITADEL_AUDIENCE_SCOPE } from '../../../well-known.ts';
import { type AppRecord, listApps } from '../store/app-store.ts';
import type { SignInCall } from './call.ts';

/** Whom the tokens of an app are for (contract section 4.1): the apps of its project, the project, and what the scopes name. */
export function audienceOfApp(call: SignInCall, { projectId, clientId }: AppRecord, scopes: readonly string[]): string[] {
  const clientIds = listApps(call.database, projectId).map((app) => app.clientId);
  return [...new Set([...clientIds, clientId, projectId, ...audienceOfScopes(call, scopes)])];
}

/** The projects that the scopes name. ZITADEL's own, which no call shows, has the id of the instance here. */
export function audienceOfScopes({ instance }: Pick<SignInCall, 'instance'>, scopes: readonly string[]): string[] {
  return scopes.flatMap((scope) => {
    if (scope === ZITADEL_AUDIENCE_SCOPE) return [instance.id];
    const [, projectId] = /^urn:zitadel:iam:org:project:id:(\d+):aud$/.exec(scope) ?? [];
    return projectId === undefined ? [] : [projectId];
  });
}
