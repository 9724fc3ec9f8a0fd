import { helpWith } from '../../hint.ts';
import { isRecord } from '../../record.ts';
import { type ApiRequest, type Operation, pathPart } from '../operation.ts';
import { nativeAppSettings, readApp, type ZitadelApp } from './app.ts';
import { ORGANIZATION_HEADER } from './dialect.ts';

/** Where a project or an app is: in the organization whose context the request has; the caller's own when absent. */
type Within = string | undefined;

/** A native app that is to be created in a project. */
export interface NewApp {
  readonly name: string;
  readonly redirectUri: string;
}

/** `POST /management/v1/projects`: the id of the new project. Its name is unique in the organization. */
export function createProject(name: string, within: Within): Operation<string> {
  return {
    action: `create the project ${JSON.stringify(name)}`,
    request: request('/management/v1/projects', { name }, within),
    interpret: (json) => textAt(json, 'id'),
    creates: { creating: `project ${JSON.stringify(name)}`, check: SAFE_AGAIN },
  };
}

/** `POST /management/v1/projects/_search`: the id of the organization's project of that name; null when it has none. */
export function findProject(name: string, within: Within): Operation<string | null> {
  return {
    action: `look for the project ${JSON.stringify(name)}`,
    request: { ...request('/management/v1/projects/_search', exactName(name), within), safe: true },
    interpret: (json) => firstOf(json, (project) => textAt(project, 'id')),
  };
}

/** `POST /management/v1/projects/{id}/apps/oidc`. Its name is unique in the project. */
export function createNativeApp(projectId: string, { name, redirectUri }: NewApp, within: Within): Operation<ZitadelApp> {
  const body = { name, ...nativeAppSettings(redirectUri) };
  return {
    action: `create the app ${JSON.stringify(name)}`,
    request: request(`/management/v1/projects/${pathPart(projectId)}/apps/oidc`, body, within),
    interpret: (json) => {
      const [id, clientId] = [textAt(json, 'appId'), textAt(json, 'clientId')];
      return id === undefined || clientId === undefined ? undefined : { id, client_id: clientId, lacks: [] };
    },
    creates: { creating: `app ${JSON.stringify(name)}`, check: SAFE_AGAIN },
  };
}

/** `POST /management/v1/projects/{id}/apps/_search`: the app of that name in the project; null when it has none. */
export function findApp(projectId: string, { name, redirectUri }: NewApp, within: Within): Operation<ZitadelApp | null> {
  return {
    action: `look for the app ${JSON.stringify(name)}`,
    request: { ...request(`/management/v1/projects/${pathPart(projectId)}/apps/_search`, exactName(name), within), safe: true },
    interpret: (json) => firstOf(json, (app) => readApp(app, redirectUri)),
  };
}

const SAFE_AGAIN = helpWith('safe to run again: one that is there is taken', 'auth', 'app', 'create');

function request(path: string, json: Readonly<Record<string, unknown>>, within: Within): ApiRequest {
  return { method: 'POST', path, json, ...(within !== undefined && { headers: { [ORGANIZATION_HEADER]: within } }) };
}

/** The usual way to compare, which stands for zero and is left out, is the exact one. */
function exactName(name: string): Readonly<Record<string, unknown>> {
  return { queries: [{ nameQuery: { name } }] };
}

/** The first result of a search, of which nothing is left out but an empty list; undefined for what is none. */
function firstOf<T>(json: unknown, read: (item: unknown) => T | undefined): T | null | undefined {
  if (!isRecord(json)) return undefined;
  const [first] = Array.isArray(json['result']) ? json['result'] : [];
  return first === undefined ? null : read(first);
}

function textAt(json: unknown, name: string): string | undefined {
  const value = isRecord(json) ? json[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
