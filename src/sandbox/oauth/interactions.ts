import type Provider from 'oidc-provider';
import { SessionNotFound } from 'oidc-provider/lib/helpers/errors.js';
import { findAccount, findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { DEMO_EMAIL } from './client.ts';
import { clientName } from './client-name.ts';
import { readForm } from './form-body.ts';
import { createGrant } from './grants.ts';
import type { Context, Middleware } from './middleware.ts';
import { consentPage } from './pages/consent.ts';
import { errorPage } from './pages/notice.ts';
import { signInPage } from './pages/sign-in.ts';
import { INTERACTION_PREFIX } from './routes.ts';
import { sendPage } from './send-page.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const ADDRESS = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u;

/** The pages where a person signs in and consents, and what their forms do. With `autoApprove` nobody is asked. */
export function answerInteractions(provider: Provider, database: Database, autoApprove: boolean): Middleware {
  return async (context, next) => {
    if (!context.path.startsWith(INTERACTION_PREFIX)) return void (await next());
    const interaction = await findInteraction(provider, context);
    if (interaction === undefined) {
      sendPage(context, errorPage('This sign-in has ended', 'Go back to your terminal and start again.'), { status: 400 });
    } else if (autoApprove) {
      await approve(provider, database, context, interaction);
    } else if (context.method === 'POST') {
      await submit(provider, database, context, interaction);
    } else {
      await show(provider, database, context, interaction);
    }
  };
}

/** The interaction of the browser's cookie; undefined when it is another one than the path's, or over. */
async function findInteraction(provider: Provider, context: Context): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(context.req, context.res);
    return interaction.uid === context.path.slice(INTERACTION_PREFIX.length) ? interaction : undefined;
  } catch (error) {
    if (error instanceof SessionNotFound) return undefined;
    throw error;
  }
}

async function show(provider: Provider, database: Database, context: Context, interaction: Interaction): Promise<void> {
  const client = await clientName(provider, clientIdOf(interaction));
  const account = interaction.session === undefined ? undefined : findAccount(database, interaction.session.accountId);
  const redirectUri = text(interaction.params['redirect_uri']);
  if (interaction.prompt.name === 'consent' && account !== undefined && context.query['account'] !== 'other') {
    const scopes = (text(interaction.params['scope']) ?? '').split(' ');
    sendPage(context, consentPage({ client, email: account.email, scopes, redirectUri }), { redirectUri });
  } else {
    const email = text(interaction.params['login_hint']) ?? DEMO_EMAIL;
    sendPage(context, signInPage({ client, email }), { redirectUri });
  }
}

async function submit(provider: Provider, database: Database, context: Context, interaction: Interaction): Promise<void> {
  const form = await readForm(context);
  const action = form?.get('action');
  if (action === 'refuse') {
    await finish(provider, context, { error: 'access_denied', error_description: 'You declined the request in the browser.' });
  } else if (action === 'allow' && interaction.prompt.name === 'consent' && interaction.session !== undefined) {
    const grantId = await createGrant(
      provider,
      { accountId: interaction.session.accountId, clientId: clientIdOf(interaction) },
      interaction.params['scope'],
    );
    await finish(provider, context, { consent: { grantId } });
  } else if (action === 'sign-in') {
    const email = form?.get('email')?.trim() ?? '';
    if (ADDRESS.test(email)) {
      await finish(provider, context, { login: { accountId: findOrCreateAccount(database, email).id } });
    } else {
      const problem = 'Enter an email address, such as jane@acme.example.';
      const client = await clientName(provider, clientIdOf(interaction));
      sendPage(context, signInPage({ client, email, problem }), {
        status: 422,
        redirectUri: text(interaction.params['redirect_uri']),
      });
    }
  } else {
    sendPage(context, errorPage('This form is not complete', 'Go back and try again.'), { status: 400 });
  }
}

async function approve(provider: Provider, database: Database, context: Context, interaction: Interaction): Promise<void> {
  const hint = text(interaction.params['login_hint']);
  const account = findOrCreateAccount(database, hint !== undefined && ADDRESS.test(hint) ? hint : DEMO_EMAIL);
  const grantId = await createGrant(provider, { accountId: account.id, clientId: clientIdOf(interaction) }, interaction.params['scope']);
  await finish(provider, context, { login: { accountId: account.id }, consent: { grantId } });
}

async function finish(provider: Provider, context: Context, result: Parameters<Provider['interactionResult']>[2]): Promise<void> {
  const returnTo = await provider.interactionResult(context.req, context.res, result);
  context.status = 303;
  context.redirect(returnTo);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function clientIdOf({ params }: Interaction): string {
  return text(params['client_id']) ?? '';
}
