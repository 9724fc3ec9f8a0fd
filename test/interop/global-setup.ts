import type { TestProject } from 'vitest/node';
import buildFirst from '../support/global-setup.ts';
import { REQUESTS_PATH } from './gateway.ts';
import type { RunningServer, ServerFacts } from './running-server.ts';
import { chosenServers, MISSING, type ServerName } from './runtimes.mjs';
import { startBetterAuth } from './servers/better-auth.ts';
import { startDjango } from './servers/django-oauth-toolkit.ts';
import { startGlewlwyd } from './servers/glewlwyd.ts';
import { startKeycloak } from './servers/keycloak.ts';
import { startOpenAuth } from './servers/openauth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    servers: Readonly<Partial<Record<ServerName, ServerFacts>>>;
  }
}

const START: Readonly<Record<ServerName, () => Promise<RunningServer>>> = {
  keycloak: startKeycloak,
  'better-auth': startBetterAuth,
  openauth: startOpenAuth,
  glewlwyd: startGlewlwyd,
  'django-oauth-toolkit': startDjango,
};

/** Starts the servers that can be started here, all at once; at the end says what each of them has seen, and ends them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildFirst();
  const names = chosenServers().filter((name) => MISSING[name]() === undefined);
  const started = await Promise.allSettled(names.map((name) => START[name]()));
  const running = started.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stopAll = () => Promise.all(running.map(({ stop }) => stop()));
  for (const start of started) {
    if (start.status === 'fulfilled') continue;
    await stopAll();
    throw start.reason;
  }
  project.provide('servers', Object.fromEntries(running.map(({ facts }) => [facts.name, facts])));
  return async () => {
    for (const { facts } of running) project.vitest.logger.log(await countsOf(facts));
    await stopAll();
  };
}

/** What came to the token endpoint of a server, in one line. */
async function countsOf({ name, origin }: ServerFacts): Promise<string> {
  const requests: unknown = await (await fetch(`${origin}${REQUESTS_PATH}`)).json();
  const issued = new Map<string, number>();
  let refused = 0;
  for (const { grantType, status, error } of Array.isArray(requests) ? requests : []) {
    if (error === 'authorization_pending') continue;
    if (status === 200) issued.set(grantType, (issued.get(grantType) ?? 0) + 1);
    else refused += 1;
  }
  const refreshes = issued.get('refresh_token') ?? 0;
  const signIns = [...issued].reduce((sum, [grant, count]) => (grant === 'refresh_token' ? sum : sum + count), 0);
  return `${name}: ${signIns} sign-ins, ${refreshes} refreshes, ${refused} refusals (${[...issued].map(([grant, count]) => `${grant} ${count}`).join(', ')})`;
}
