import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { start } from '../support/flowkiwi.ts';
import { expiredSession, NEW, OLD } from '../support/servers/slow-refresh.ts';

// The server has spent the old refresh token, and the new one is on its way: nothing that happens to the command may lose it.
test.each<[what: string, signal: NodeJS.Signals, end: readonly [status: number | null, signal: NodeJS.Signals | null]]>([
  ['killed', 'SIGKILL', [null, 'SIGKILL']],
  ['ended', 'SIGTERM', [143, null]],
  ['stopped by Ctrl-C', 'SIGINT', [130, null]],
  ['hung up on', 'SIGHUP', [129, null]],
  ['quit', 'SIGQUIT', [131, null]],
])('a command that is %s before the answer came loses no session', async (_what, signal, end) => {
  const session = await expiredSession('http://127.0.0.1:9');
  const child = start(['auth', 'token'], session.options);
  child.stdin?.end();
  const ended = once(child, 'close');
  await session.asked;
  child.kill(signal);
  // Those that can be heard let it finish what is under way.
  if (signal === 'SIGKILL') await ended;
  session.answer();
  expect(await ended).toEqual(end);
  await expect.poll(() => session.stored().refresh_token).toBe(NEW.refresh_token);
  const next = await session.run(['auth', 'token']);
  expect(next).toEqual({ status: 0, stdout: `${NEW.access_token}\n`, stderr: '' });
  expect(session.exchanged).toEqual([OLD.refresh_token]);
});

test('the process apart ends no sooner for a signal, as at the end of a login session', { tags: ['linux'] }, async () => {
  const session = await expiredSession('http://127.0.0.1:9');
  const child = start(['auth', 'token'], session.options);
  child.stdin?.end();
  const ended = once(child, 'close');
  await session.asked;
  const apart = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGTERM'] as const) process.kill(apart, signal);
  child.kill('SIGKILL');
  await ended;
  session.answer();
  await expect.poll(() => session.stored().refresh_token).toBe(NEW.refresh_token);
});

test('a command that is stopped as by Ctrl-Z keeps nobody waiting once its session is renewed', async () => {
  const session = await expiredSession('http://127.0.0.1:9');
  const child = start(['auth', 'token'], session.options);
  child.stdin?.end();
  await session.asked;
  child.kill('SIGSTOP');
  const next = session.run(['auth', 'token']);
  session.answer();
  expect(await next).toEqual({ status: 0, stdout: `${NEW.access_token}\n`, stderr: '' });
  expect(session.exchanged).toEqual([OLD.refresh_token]);
  child.kill('SIGKILL');
});
