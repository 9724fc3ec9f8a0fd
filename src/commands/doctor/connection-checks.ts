import type { Context } from '../../context/context.ts';
import { profileSources } from '../../context/profile.ts';
import { findSignInServer } from '../../context/sign-in-server.ts';
import { CliError, isCliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import { clockAheadMs, wrongClock } from '../../http/server-clock.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import { requestUrl } from '../../identity/operation.ts';
import { shownOrganization, signInStatus } from '../auth/status.ts';
import type { Healthy } from './finding.ts';

/** Which profile and which organization are used, and why. Throws `usage`, and `invalid` for a `.flowkiwi.json` that cannot be used. */
export async function checkProfile(context: Context): Promise<Healthy> {
  const { config, edges, profile, profileChoice } = context;
  const { name, provider, url } = await profile();
  const sources = profileSources(await profileChoice(), edges.env, await config.read());
  const { organization, source } = await shownOrganization(context);
  const where = organization === null ? `no organization (${source})` : `organization ${organization} (${source})`;
  return { message: `${name} (${sources.profile}), ${provider}, ${url.origin} (${sources.url}), ${where}` };
}

/** A path that the API of each provider has. */
const PATHS = { flowkiwi: '/api', zitadel: '/admin/v1/healthz' } as const;

/** Asks the API once, without a credential. Throws `unavailable`. */
export async function askApi({ edges, profile, httpFor }: Context): Promise<HttpResponse> {
  const current = await profile();
  const url = requestUrl(current.url, { path: PATHS[current.provider] });
  try {
    const http = await httpFor(current);
    const response = await http.send({ method: 'GET', url, headers: { accept: 'application/json' }, once: true }, edges.interruption);
    if (response.status < 500) return response;
    throw new CliError('unavailable', `${url.origin} answers with status ${response.status}`, {
      hint: 'run it again in a while, or ask the operator of the server',
      status: response.status,
    });
  } catch (error) {
    throw error instanceof TransportError ? toCliError(error) : error;
  }
}

/** Throws as the question did. */
export async function checkApi(answer: Promise<HttpResponse>): Promise<Healthy> {
  const { url, status } = await answer;
  return { message: `${url.origin} answers (status ${status})` };
}

/** Throws `invalid` for a clock that is not that of the server. */
export async function checkClock({ edges: { clock } }: Context, answer: Promise<HttpResponse>): Promise<Healthy> {
  const response = await unlessFailed(answer);
  const aheadMs = response && clockAheadMs(response, clock.now());
  if (response === undefined || aheadMs === undefined) return { message: 'not checked: no server has told the time' };
  const wrong = wrongClock(aheadMs, response.url);
  if (wrong === undefined) return { message: `agrees with ${response.url.host}` };
  throw new CliError('invalid', wrong, { hint: "set this computer's clock" });
}

/** Throws as discovery does, and as the question did where the API is to tell. */
export async function checkSignInServer({ edges, profile, httpFor }: Context, answer: Promise<HttpResponse>): Promise<Healthy> {
  const current = await profile();
  if (current.issuer === undefined) await answer;
  const server = await findSignInServer({ http: await httpFor(current), profile: current, signal: edges.interruption });
  if (server !== undefined) return { message: server.issuer };
  return { message: `${current.url.origin} names none`, cure: helpWith('sign in with a token', 'login', '--with-token') };
}

/** Asks the server about the credential where it answers. Throws `auth`, and what else is wrong with it. */
export async function checkSignIn(context: Context, answer: Promise<HttpResponse>): Promise<Healthy> {
  const canAsk = (await unlessFailed(answer)) !== undefined;
  const { who, source, expiresAt, failure } = await signInStatus(context, canAsk);
  if (failure !== undefined) throw failure;
  const parts = [who, `from ${source}`, expiresAt && `until ${expiresAt}`, canAsk ? 'accepted by the server' : 'not checked at the server'];
  return { message: parts.filter(Boolean).join(', ') };
}

async function unlessFailed<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isCliError(error)) return undefined;
    throw error;
  }
}
