import type { Session } from '../session.ts';
import type { ZitadelApp } from './app.ts';
import { createNativeApp, createProject, findApp, findProject, type NewApp } from './app-requests.ts';

/**
 * The projects and apps of an organization, which people sign in through; `within` is its id, the caller's own organization when absent. Searches
 * lag behind what is written. None of the calls prompts, prints or stores anything.
 */
export interface AppService {
  /** Creates a project, and resolves to its id. Throws `conflict` for a name that is taken. */
  readonly createProject: (name: string, within?: string) => Promise<string>;
  /** The id of the project of exactly this name. */
  readonly findProject: (name: string, within?: string) => Promise<string | undefined>;
  /** Creates a native app for signing in from a terminal. Throws `conflict` for a name that is taken. */
  readonly createNativeApp: (projectId: string, app: NewApp, within?: string) => Promise<ZitadelApp>;
  /** The app of exactly this name, and what it lacks to be such an app. */
  readonly findApp: (projectId: string, app: NewApp, within?: string) => Promise<ZitadelApp | undefined>;
}

/** The part of the adapter that is about projects and apps. */
export function appCalls(session: Session): AppService {
  return {
    createProject: (name, within) => session.run(createProject(name, within)),
    findProject: async (name, within) => (await session.run(findProject(name, within))) ?? undefined,
    createNativeApp: (projectId, app, within) => session.run(createNativeApp(projectId, app, within)),
    findApp: async (projectId, app, within) => (await session.run(findApp(projectId, app, within))) ?? undefined,
  };
}
