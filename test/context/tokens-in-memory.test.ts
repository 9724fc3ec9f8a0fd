import { expect, test } from 'vitest';
import { tokensInMemory } from '../../src/context/tokens-in-memory.ts';
import { CliError } from '../../src/errors.ts';

/** Tokens whose clock is turned by hand, and how often it signed in. */
function credentialFor(lifeMs: number | undefined) {
  let now = 0;
  let count = 0;
  let failure: CliError | undefined;
  const credential = tokensInMemory({
    clock: { now: () => now, sleep: () => Promise.resolve() },
    signIn: async () => {
      if (failure) throw failure;
      count += 1;
      const expiresAt = lifeMs === undefined ? undefined : now + lifeMs;
      return { accessToken: `token-${count}`, refreshToken: undefined, expiresAt, scope: undefined, user: undefined };
    },
  });
  const tokenAt = (at: number) => {
    now = at;
    return credential.accessToken();
  };
  const fail = (code: 'auth' | 'unavailable') => {
    failure = new CliError(code, 'no');
  };
  return { credential, tokenAt, fail };
}

test.each<[lifeMs: number | undefined, at: number, token: string]>([
  [600_000, 539_999, 'token-1'],
  [600_000, 540_000, 'token-2'],
  // Of a short life, a quarter.
  [60_000, 44_999, 'token-1'],
  [60_000, 45_000, 'token-2'],
  [undefined, 1e12, 'token-1'],
])('of a life of %s ms, at %s ms it is %s', async (lifeMs, at, token) => {
  const { tokenAt } = credentialFor(lifeMs);
  expect(await tokenAt(0)).toBe('token-1');
  expect(await tokenAt(at)).toBe(token);
});

test('all who come at once get one token, and one in its place when it is refused', async () => {
  const { credential } = credentialFor(600_000);
  const all = <T>(work: () => Promise<T>) => Promise.all([work(), work(), work()]);
  expect(await all(() => credential.accessToken())).toEqual(['token-1', 'token-1', 'token-1']);
  expect(await all(() => credential.renew('token-1'))).toEqual(['token-2', 'token-2', 'token-2']);
  expect(await credential.renew('token-1')).toBe('token-2');
  expect(await credential.renew('token-2')).toBeUndefined();
});

test('a token is used to its end while no other can be had, but not when the identity is refused', async () => {
  const { tokenAt, fail } = credentialFor(600_000);
  await tokenAt(0);
  fail('unavailable');
  expect(await tokenAt(599_999)).toBe('token-1');
  await expect(tokenAt(600_000)).rejects.toMatchObject({ code: 'unavailable' });
  fail('auth');
  await expect(tokenAt(599_999)).rejects.toMatchObject({ code: 'auth' });
});
