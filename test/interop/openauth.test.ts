import { describe, expect, inject, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { visit } from '../support/user-agent.ts';
import { answerPages, type Step } from './pages.ts';
import { expectReminder, newPerson } from './person.ts';
import type { ServerFacts } from './running-server.ts';
import { testSignIn } from './sign-in-scenarios.ts';

const NAME: Step = {
  seen: '[name=name]',
  act: async (page) => {
    await page.locator('[name=name]').fill('anna');
    await page.getByText('Sign in', { exact: true }).last().click();
  },
};

testSignIn('openauth', {
  pages: { signIn: (page) => answerPages(page, [NAME]) },
  hasUserInfo: false,
  who: /Signed in/,
  logout: /the server names no way to revoke; its tokens live until they expire/,
});

const server = (): ServerFacts => {
  const { openauth } = inject('servers');
  if (openauth === undefined) throw new Error('openauth was not started');
  return openauth;
};

describe('what openauth refuses', { tags: ['openauth'] }, () => {
  // Its errors come without `state`, so that anybody could have sent them.
  test('a no of the person is said, and ends nothing', { tags: ['chromium'] }, async () => {
    const person = await newPerson(server());
    const login = person.start(['login', '--no-browser']);
    await person.page.goto(await login.says(/^ {2}(http\S+)$/m));
    await person.page.getByText('Refuse').click();
    expect(await login.says(/an error that does not say which sign-in it is about: (.+)$/m)).toBe('Anna said no (access_denied)');
    login.process.kill('SIGINT');
    expect((await login.ended).status).toBe(130);
  });

  test('a client that it does not know is said at once, and what to check after a while', async () => {
    const env = { FLOWKIWI_URL: 'http://127.0.0.1:9/', FLOWKIWI_ISSUER: server().issuer, FLOWKIWI_CLIENT_ID: 'stranger' };
    const login = startSignIn(['login', '--no-browser'], { env });
    await visit(await login.says(/^ {2}(http\S+)$/m));
    expect(await login.says(/an error that does not say which sign-in it is about: (.+)$/m)).toContain('(unauthorized_client)');
    await expectReminder(login, 'stranger');
  });

  // It wants a parameter that no standard has, in which the client says by which of its providers it signs in.
  test('a machine, whose secret it would take with a parameter of its own alone', async () => {
    const env = { FLOWKIWI_URL: 'http://127.0.0.1:9/', FLOWKIWI_ISSUER: server().issuer, FLOWKIWI_CLIENT_ID: 'machine' };
    const run = await flowkiwi(['auth', 'token'], { env: { ...env, FLOWKIWI_CLIENT_SECRET: secret('the-secret-of-the-machine') } });
    expect({ status: run.status, ...textError(run) }).toEqual({
      status: 4,
      message: expect.stringMatching(/the secret of the client machine from FLOWKIWI_CLIENT_SECRET: missing `provider` form value/),
      hint: expect.stringContaining('check FLOWKIWI_CLIENT_ID'),
    });
  });
});
