import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { expiredSession, NEW, OLD, startRefresh } from '../support/servers/slow-refresh.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory']);
});

afterAll(() => sandbox.stop());

describe.concurrent('while a token is refreshed by another command', () => {
  test('signing out ends the session: the tokens that come later are revoked, and not stored', async () => {
    const { refresh, run, answer, revoked, stored } = await startRefresh(sandbox.url);
    expect((await run(['logout'])).status).toBe(0);
    expect([stored(), revoked]).toEqual([undefined, [OLD.refresh_token, OLD.access_token]]);
    answer();
    const ended = await refresh;
    expect({ status: ended.status, stdout: ended.stdout, message: textError(ended).message }).toEqual({
      status: 4,
      stdout: '',
      message: 'not signed in (profile default)',
    });
    expect([stored(), revoked.slice(2)]).toEqual([undefined, [NEW.refresh_token, NEW.access_token]]);
  });

  test('removing the profile does so too', async () => {
    const { refresh, run, answer, revoked, stored } = await startRefresh(sandbox.url);
    expect((await run(['profile', 'remove', 'default', '--yes'])).status).toBe(0);
    answer();
    expect((await refresh).status).toBe(4);
    expect([stored(), revoked]).toEqual([undefined, [NEW.refresh_token, NEW.access_token]]);
  });

  test('a new sign-in stays, the other command goes on with it, and what that one brought is revoked', async () => {
    const { refresh, run, answer, revoked, stored } = await startRefresh(sandbox.url);
    const token = await sandbox.token();
    expect((await run(['login', '--with-token'], token)).status).toBe(0);
    answer();
    expect(await refresh).toEqual({ status: 0, stdout: `${token}\n`, stderr: '' });
    expect([stored(), revoked]).toMatchObject([{ method: 'token', access_token: token }, [OLD.refresh_token, NEW.refresh_token]]);
  });

  test('signing out right before its end revokes what it brought', async () => {
    const { refresh, run, answer, revoked, stored } = await startRefresh(sandbox.url);
    const logout = run(['logout']);
    answer();
    expect((await logout).status).toBe(0);
    await refresh;
    expect(stored()).toBeUndefined();
    expect(revoked).toEqual(expect.arrayContaining([NEW.refresh_token, NEW.access_token]));
  });
});

test('a command that --timeout ends does not wait for the refresh, which goes on and loses nothing', async () => {
  const { refresh, run, answer, exchanged, stored } = await startRefresh(sandbox.url);
  const ended = await run(['auth', 'token', '--timeout', '1s']);
  expect(ended.status).toBe(75);
  expect(stored()).toMatchObject(OLD);
  answer();
  expect(await refresh).toEqual({ status: 0, stdout: `${NEW.access_token}\n`, stderr: '' });
  expect([stored(), exchanged]).toMatchObject([NEW, [OLD.refresh_token]]);
});

test('a command that --timeout ends leaves its own refresh to its end', async () => {
  const { run, asked, answer, stored, exchanged } = await expiredSession(sandbox.url);
  const ended = run(['auth', 'token', '--timeout', '3s']);
  await asked;
  expect(textError(await ended)).toMatchObject({ message: 'the session was not renewed within 3 s' });
  answer();
  await expect.poll(stored).toMatchObject(NEW);
  expect(exchanged).toEqual([OLD.refresh_token]);
});
