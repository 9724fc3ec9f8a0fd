import { create } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { APIConfigSchema, AppState, OIDCConfigSchema } from '@zitadel/proto/zitadel/app_pb';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { hashOf } from '../../oauth/machines/random-secret.ts';
import type { InstanceCall } from '../calls/call.ts';
import { type AppSettings, authenticationOf, complianceProblems } from '../rules/app-settings.ts';
import { invalidArgument, notFound } from '../status.ts';
import { type AppRecord, changeApp, findApp, insertApp, listApps, removeApp } from '../store/app-store.ts';
import { nextId } from '../store/ids.ts';
import { addAppKey, clientSecret, generateRsaKeyPair } from '../store/machine-credentials.ts';
import { addedDetails, changedDetails, NEVER, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { projectOf } from './projects.ts';
import { compareTexts, listDetails, matchesText, pageOf } from './search.ts';

/** Apps of a project: the clients of OAuth, and the APIs that introspect tokens. */
export const appHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.addOIDCApp, (call, { $typeName: _, projectId, name, ...settings }) => {
    const value = create(OIDCConfigSchema, { ...settings, clientId: nextId(call.now) });
    const problems = complianceProblems(value);
    const { app, secret = '' } = addApp(call, projectId, name, { case: 'oidcConfig', value });
    const compliance = { noneCompliant: problems.length > 0, complianceProblems: problems };
    return { appId: app.id, details: added(call), clientId: app.clientId, clientSecret: secret, ...compliance };
  }),
  instanceHandler(ManagementService.method.addAPIApp, (call, { projectId, name, authMethodType }) => {
    const value = create(APIConfigSchema, { authMethodType, clientId: nextId(call.now) });
    const { app, secret = '' } = addApp(call, projectId, name, { case: 'apiConfig', value });
    return { appId: app.id, details: added(call), clientId: app.clientId, clientSecret: secret };
  }),
  instanceHandler(ManagementService.method.getAppByID, (call, { projectId, appId }) => ({
    app: appMessage(call, appOf(call, projectId, appId)),
  })),
  instanceHandler(ManagementService.method.listApps, (call, { projectId, query, queries }) => {
    const found = listApps(call.database, projectOf(call, projectId).id).filter(({ name }) =>
      queries.every(({ query: { case: kind, value } }) => kind !== 'nameQuery' || matchesText(name, value.name, value.method)),
    );
    const result = pageOf(found, query, (a, b) => compareTexts(a.name, b.name)).map((app) => appMessage(call, app));
    return { details: listDetails(found, query, call), result };
  }),
  instanceHandler(ManagementService.method.updateOIDCAppConfig, (call, { $typeName: _, projectId, appId, ...settings }) => {
    const app = appOf(call, projectId, appId);
    if (app.settings.case !== 'oidcConfig') throw invalidArgument('COMMAND-GBr34', 'Application is not of type OIDC');
    const value = create(OIDCConfigSchema, { ...settings, clientId: app.clientId, version: app.settings.value.version });
    changeApp(call.database, { ...app, settings: { case: 'oidcConfig', value }, changedAt: call.now });
    return { details: changedDetails({ sequence: 2, changedAt: call.now }, call.organizationId) };
  }),
  instanceHandler(ManagementService.method.addAppKey, async (call, { projectId, appId, expirationDate }) => {
    const app = appOf(call, projectId, appId);
    const expiresAt = expirationDate === undefined ? NEVER : timestampMs(expirationDate);
    if (expiresAt < call.now) throw invalidArgument('DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow');
    const { id, file } = addAppKey(call.database, app, await generateRsaKeyPair(), expiresAt, call.now);
    return { id, details: added(call), keyDetails: Buffer.from(file) };
  }),
  instanceHandler(ManagementService.method.removeApp, (call, { projectId, appId }) => {
    const app = appOf(call, projectId, appId);
    call.database.transaction(() => removeApp(call.database, app.id));
    return { details: changedDetails({ sequence: 2, changedAt: call.now }, call.organizationId) };
  }),
];

function addApp(call: InstanceCall, projectId: string, name: string, settings: AppSettings) {
  const { database, instance, now } = call;
  const project = projectOf(call, projectId);
  const secret = ['basic', 'post'].includes(authenticationOf(settings)) ? clientSecret() : undefined;
  const owner = { projectId: project.id, instanceId: instance.id };
  const app: AppRecord = {
    ...owner,
    id: nextId(now),
    name,
    clientId: settings.value.clientId,
    settings,
    secretHash: secret === undefined ? undefined : hashOf(secret),
    createdAt: now,
    changedAt: now,
  };
  database.transaction(() => insertApp(database, app));
  return { app, secret };
}

function appOf(call: InstanceCall, projectId: string, appId: string): AppRecord {
  const app = findApp(call.database, projectOf(call, projectId).id, appId);
  if (app === undefined) throw notFound('QUERY-fkp1s', 'Application not found');
  return app;
}

function appMessage({ organizationId }: InstanceCall, { id, name, settings, createdAt, changedAt }: AppRecord) {
  const details = readDetails({ sequence: 1, createdAt, changedAt }, organizationId);
  return { id, details, state: AppState.ACTIVE, name, config: settings };
}

function added({ now, organizationId }: InstanceCall) {
  return addedDetails({ sequence: 1, createdAt: now }, organizationId);
}
