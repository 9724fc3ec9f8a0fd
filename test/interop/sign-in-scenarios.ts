import { describe, expect, inject, test } from 'vitest';
import { FIRST, isActive, newPerson, type Pages, SECOND, signIn, signInWithCode, tokenRequests } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import type { ServerName } from './runtimes.mjs';

/** What a server has, beside sign-in in the browser. */
export interface Features {
  readonly pages: Pages;
  /** Whether it says of an access token what became of it. */
  readonly hasUserInfo: boolean;
  /** What `logout` says of it. */
  readonly logout: RegExp;
  /** How the person is called who has signed in; nothing where the server does not say. */
  readonly who?: RegExp;
  /** Whether an access token ends with the session. */
  readonly endsTokens?: boolean;
}

/** As many as a build machine may start at once. */
const AT_ONCE = 20;

/** What everybody does at every server: signs in, again and beside each other, refreshes, signs out. */
export function testSignIn(name: ServerName, { pages, hasUserInfo, logout, who = / as anna/, endsTokens = hasUserInfo }: Features): void {
  const server = (): ServerFacts => {
    const facts = inject('servers')[name];
    if (facts === undefined) throw new Error(`${name} was not started`);
    return facts;
  };
  const assertActive = async (token: unknown) => {
    if (hasUserInfo) expect(await isActive(server(), token)).toBe(true);
  };

  describe(`sign-in at ${name}`, { tags: [name, 'chromium'] }, () => {
    test('in the browser, and once more in the same session, which lives on', async () => {
      const person = await newPerson(server());
      expect(await signIn(person, pages)).toMatch(who);
      const before = person.stored();
      await assertActive(before?.['access_token']);
      await signIn(person, pages);
      const after = person.stored();
      expect(after?.['access_token']).not.toBe(before?.['access_token']);
      await assertActive(after?.['access_token']);
      person.expire();
      expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
    });

    test('two profiles of one session: the one goes on when the other signs out', async () => {
      const person = await newPerson(server());
      await signIn(person, pages);
      await signIn(person, pages, ['--profile', SECOND]);
      await assertActive(person.stored(FIRST)?.['access_token']);
      await assertActive(person.stored(SECOND)?.['access_token']);
      expect(await person.run(['--profile', SECOND, 'logout'])).toMatchObject({ status: 0 });
      expect(person.stored(SECOND)).toBeUndefined();
      await assertActive(person.stored(FIRST)?.['access_token']);
      person.expire(FIRST);
      expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
      await assertActive(person.stored(FIRST)?.['access_token']);
    });

    test('many processes refresh at once: one of them asks, and all have its token', async () => {
      const person = await newPerson(server());
      await signIn(person, pages);
      const before = person.stored();
      const asked = (await tokenRequests(server())).length;
      person.expire();
      const runs = await Promise.all(Array.from({ length: AT_ONCE }, () => person.run(['auth', 'token'])));
      const after = person.stored();
      expect(runs.map(({ status, stdout, stderr }) => [status, stdout === `${after?.['access_token']}\n`, stderr])).toEqual(
        runs.map(() => [0, true, '']),
      );
      expect(after?.['access_token']).not.toBe(before?.['access_token']);
      const refreshes = (await tokenRequests(server())).slice(asked).filter(({ grantType }) => grantType === 'refresh_token');
      expect(refreshes).toEqual([expect.objectContaining({ status: 200, refreshToken: before?.['refresh_token'] })]);
      await assertActive(after?.['access_token']);
    });

    test('what somebody signed out of is over, here and there', async () => {
      const person = await newPerson(server());
      await signIn(person, pages);
      const { access_token: token } = person.stored() ?? {};
      const { status, stderr } = await person.run(['logout']);
      expect([status, stderr]).toEqual([0, expect.stringMatching(logout)]);
      expect(person.stored()).toBeUndefined();
      if (endsTokens) expect(await isActive(server(), token)).toBe(false);
      expect((await person.run(['auth', 'token'])).status).toBe(4);
    });

    const { refuse, approveDevice } = pages;
    test.skipIf(refuse === undefined)('refused in the browser: nothing is stored', async () => {
      const person = await newPerson(server());
      const login = person.start(['login', '--no-browser']);
      await person.page.goto(await login.says(/^ {2}(http\S+)$/m));
      await refuse?.(person.page);
      const { status, stderr } = await login.ended;
      expect([status, stderr]).toEqual([
        4,
        expect.stringMatching(/sign-in was refused in the browser|you declined the request in the browser/),
      ]);
    });

    test.skipIf(approveDevice === undefined)('with a code on another device', async () => {
      const person = await newPerson(server());
      expect(await signInWithCode(person, pages)).toMatch(who);
      await assertActive(person.stored()?.['access_token']);
      person.expire();
      expect(await person.run(['auth', 'token'])).toMatchObject({ status: 0, stderr: '' });
    });
  });
}
