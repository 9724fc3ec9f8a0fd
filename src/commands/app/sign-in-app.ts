import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError, isCliError, withHint } from '../../errors.ts';
import { ensure } from '../../identity/ensure.ts';
import type { ZitadelApp } from '../../identity/zitadel/app.ts';
import type { ZitadelIdentity } from '../../identity/zitadel/zitadel-identity.ts';
import { waitUntilFound, waitUntilReadable } from '../kit/wait.ts';

/** Name of the project, and of the app in it. */
export const APP_NAME = 'flowkiwi';

/** The app that people sign in through. */
export interface SignInApp {
  readonly client_id: string;
  readonly app_id: string;
  readonly project_id: string;
  readonly created: boolean;
}

export interface AppPlace {
  /** Where the browser comes back to. */
  readonly redirectUri: string;
  /** Id of the organization that has the project; that of the caller when absent. */
  readonly within: string | undefined;
}

/**
 * The native app of this program in its project, each created unless it is there. Says what one that is there lacks. Throws `conflict` for an app
 * of that name which nobody can sign in through.
 */
export async function ensureSignInApp(context: Context, zitadel: ZitadelIdentity, place: AppPlace): Promise<SignInApp> {
  const { redirectUri, within } = place;
  const app = { name: APP_NAME, redirectUri };
  const project = await ensure({
    create: () => zitadel.createProject(APP_NAME, within),
    find: () => waitUntilFound(context, () => zitadel.findProject(APP_NAME, within)),
  });
  const create = () => zitadel.createNativeApp(project.thing, app, within);
  const ensured = await ensure({
    // A project that was made a moment ago may not be seen yet.
    create: project.created ? () => whenThere(context, create) : create,
    find: () => waitUntilFound(context, () => zitadel.findApp(project.thing, app, within)),
  }).catch((error) => {
    throw project.created && isCliError(error) && error.code === 'forbidden'
      ? withHint(error, `the project ${APP_NAME} was created: let somebody who may create apps run this again`)
      : error;
  });
  const { thing, created } = ensured;
  await sayWhatLacks(context, thing);
  return { client_id: clientIdOf(thing), app_id: thing.id, project_id: project.thing, created };
}

async function whenThere(context: Context, create: () => Promise<ZitadelApp>): Promise<ZitadelApp> {
  const created = await waitUntilReadable(context, create);
  return created ?? create();
}

async function sayWhatLacks({ messages }: Context, { client_id, lacks }: ZitadelApp): Promise<void> {
  if (client_id === null || lacks.length === 0) return;
  await messages.warning(`the app ${APP_NAME} that is there lacks ${lacks.join(', ')}: set it in the console, or signing in may not work`);
}

function clientIdOf({ id, client_id }: ZitadelApp): string {
  if (client_id !== null) return client_id;
  throw new CliError('conflict', `the app ${APP_NAME} (${id}) is there, and it is not one that people sign in through`, {
    hint: 'rename it in the console, or give the client id of another app to profile set --client-id',
  });
}

/** Where the browser comes back to, on any port (RFC 8252 section 7.3). */
export function redirectUri({ signIn }: Pick<Profile, 'signIn'>): string {
  return `http://${signIn.callbackHost ?? '127.0.0.1'}${signIn.callbackPath ?? '/callback'}`;
}
