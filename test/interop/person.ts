import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isRecord } from '../../src/record.ts';
import { openPage } from '../support/browser.ts';
import { flowkiwi, newHome, type Run, secret } from '../support/flowkiwi.ts';
import { patience } from '../support/patience.ts';
import { type PendingSignIn, startSignIn } from '../support/pending-sign-in.ts';
import type { TokenRequest } from './gateway.ts';
import { REQUESTS_PATH } from './gateway.ts';
import type { ServerFacts } from './running-server.ts';

/** No API is asked before a sign-in is over, and none after it. */
const API = 'http://127.0.0.1:9/';

/** Two profiles that every home folder has. */
export const [FIRST, SECOND] = ['default', 'sandbox'] as const;

/** A server that is busy is given longer than the 5 seconds that a command waits for a name or for a revocation; a device is polled as often. */
export const PATIENCE = patience(5_000);
const patientFor = (args: readonly string[]) => (args.includes('--device') ? {} : { NODE_OPTIONS: PATIENCE });

/** How a person answers a server's pages. Each is called when the page is at the first of them. */
export interface Pages {
  /** Says who they are, unless the browser is known to the server, and allows, until the browser is at the command's callback. */
  readonly signIn: (page: Page) => Promise<void>;
  /** Says who they are, and refuses, where one can. */
  readonly refuse?: (page: Page) => Promise<void>;
  /** Enters a device's code, says who they are, and allows. */
  readonly approveDevice?: (page: Page, code: string) => Promise<void>;
}

/** Somebody with a home folder and a browser at a server. */
export interface Person {
  readonly page: Page;
  /** Runs a command against the server. */
  readonly run: (args: readonly string[]) => Promise<Run>;
  /** Starts one that waits for the person. */
  readonly start: (args: readonly string[]) => PendingSignIn;
  /** What is stored for a profile; undefined when nothing is. Its tokens may be printed by nothing from then on. */
  readonly stored: (profile?: string) => Readonly<Record<string, unknown>> | undefined;
  /** Lets the time of a profile's access token be over. */
  readonly expire: (profile?: string) => void;
}

/** A person with a new home folder and a new browser. */
export async function newPerson({ issuer, clientId, loginFlags = [] }: ServerFacts): Promise<Person> {
  const page = await openPage({ javaScriptEnabled: true, mayComplain: true });
  const home = newHome();
  const path = join(home, '.config', 'flowkiwi', 'credentials.json');
  const env = { FLOWKIWI_URL: API, FLOWKIWI_ISSUER: issuer, FLOWKIWI_CLIENT_ID: clientId };
  const read = (): Record<string, Record<string, unknown>> => JSON.parse(readFileSync(path, 'utf8'));
  return {
    page,
    run: (args) => flowkiwi(args, { home, env: { ...env, ...patientFor(args) } }),
    start: (args) => startSignIn([...args, ...loginFlags], { home, env: { ...env, ...patientFor(args) } }),
    stored: (profile = FIRST) => {
      const entry = read()['credentials']?.[profile];
      if (!isRecord(entry)) return undefined;
      for (const name of ['access_token', 'refresh_token']) if (typeof entry[name] === 'string') secret(entry[name]);
      return entry;
    },
    expire: (profile = FIRST) => {
      const document = read();
      const entry = document['credentials']?.[profile];
      if (!isRecord(entry)) throw new Error(`nothing is stored for ${profile}`);
      const past = { ...entry, expires_at: new Date(Date.now() - 1000).toISOString() };
      writeFileSync(path, JSON.stringify({ ...document, credentials: { ...document['credentials'], [profile]: past } }));
    },
  };
}

/** Signs in with the browser, and expects that it succeeds. */
export async function signIn(person: Person, pages: Pages, args: readonly string[] = []): Promise<string> {
  const login = person.start(['login', '--no-browser', ...args]);
  await person.page.goto(await login.says(/^ {2}(http\S+)$/m));
  await pages.signIn(person.page);
  const { status, stdout, stderr } = await login.ended;
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: expect.stringContaining('Signed in') });
  return stderr;
}

/** Signs in with a code that is entered in the browser, and expects that it succeeds. */
export async function signInWithCode(person: Person, { approveDevice }: Pages, args: readonly string[] = []): Promise<string> {
  const login = person.start(['login', '--device', ...args]);
  await person.page.goto(await login.says(/(?:enter the code at|^Open) ([^\s)]+)(?: in any browser and enter the code|\)$)/m));
  await approveDevice?.(person.page, await login.says(/^ {2}([A-Z\d]+(?:-[A-Z\d]+)?)$/m));
  const { status, stdout, stderr } = await login.ended;
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: expect.stringContaining('Signed in') });
  return stderr;
}

/** Expects that a command that waits in vain says which client and which address the server has to know, and that Ctrl-C ends it. */
export async function expectReminder({ says, process, ended }: PendingSignIn, clientId: string): Promise<void> {
  expect(await says(/has to know the client (\S+), with the redirect URI http:\/\/127\.0\.0\.1/)).toBe(clientId);
  process.kill('SIGINT');
  expect((await ended).status).toBe(130);
}

/** Whether the server takes an access token: whether its userinfo endpoint does (OpenID Connect Core 5.3). */
export async function isActive({ issuer }: ServerFacts, accessToken: unknown): Promise<boolean> {
  const metadata: unknown = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  if (!isRecord(metadata)) throw new Error(`${issuer} has no metadata`);
  const { status } = await fetch(String(metadata['userinfo_endpoint']), { headers: { authorization: `Bearer ${String(accessToken)}` } });
  return status === 200;
}

/** What the token endpoint was asked so far. */
export async function tokenRequests({ origin }: ServerFacts): Promise<readonly TokenRequest[]> {
  const answer: readonly TokenRequest[] = JSON.parse(await (await fetch(`${origin}${REQUESTS_PATH}`)).text());
  return answer;
}
