import { checkedClientId } from '../../context/checked-settings.ts';
import type { Context } from '../../context/context.ts';
import { environmentCredential } from '../../context/environment-credential.ts';
import type { Profile } from '../../context/profile.ts';
import { type CliError, isCliError } from '../../errors.ts';
import { SIGN_IN_GRANTS } from '../../identity/zitadel/app.ts';
import { askForAdministrator } from './administrator.ts';
import { APP_NAME, ensureSignInApp, redirectUri } from './sign-in-app.ts';

/**
 * Asks a person which app people sign in through: says what to create in the console, and creates it for those who want that and have a key or a
 * token that may. Resolves to its client id; undefined for a person who leaves it for later, and where there is nobody to ask.
 */
export async function chooseApp(context: Context, profile: Profile): Promise<string | undefined> {
  const { prompter, messages } = context;
  if (!prompter) return undefined;
  await messages.always(whatToCreate(profile));
  if (await prompter.confirm('Create it now? This takes a key or a token of somebody who may create projects.', false)) {
    try {
      return await create(context, profile);
    } catch (error) {
      if (!isCliError(error) || INTENDED.has(error.code)) throw error;
      await messages.warning(`${error.message}${error.detail === undefined ? '' : `: ${error.detail}`}`);
    }
  }
  const answer = await prompter.text({
    kind: 'id',
    message: 'Client id of the app (Enter to leave it for later):',
    problem: clientIdProblem,
  });
  return answer === '' ? undefined : answer;
}

/** How a command ends that a person ends: no failure to go on after. */
const INTENDED: ReadonlySet<CliError['code']> = new Set(['hangup', 'interrupted', 'quit', 'terminated']);

/** As the console words it. */
function whatToCreate(profile: Profile): readonly string[] {
  return [
    `People sign in to ZITADEL through an app. In the console, ${profile.issuer ?? profile.url.origin}/ui/console/projects, it is:`,
    `  a project             ${APP_NAME}`,
    `  an application in it  ${APP_NAME}, of the type Native`,
    `  grant types           ${SIGN_IN_GRANTS.join(', ')}`,
    '  authentication        None (PKCE)',
    `  redirect URI          ${redirectUri(profile)}`,
  ];
}

async function create(context: Context, profile: Profile): Promise<string> {
  const credential = environmentCredential(context.edges.env) ?? (await askForAdministrator(context, profile));
  const zitadel = await context.connectZitadel(profile, credential);
  const { client_id, created } = await ensureSignInApp(context, zitadel, { redirectUri: redirectUri(profile), within: undefined });
  await context.messages.success(`${created ? 'Created' : 'Found'} app ${APP_NAME} (client id ${client_id})`);
  return client_id;
}

function clientIdProblem(answer: string): string | undefined {
  if (answer === '') return undefined;
  try {
    checkedClientId(answer, 'the client id');
    return undefined;
  } catch (error) {
    if (isCliError(error)) return error.message;
    throw error;
  }
}
