import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';

/** The variable with which the tests keep compiled code in a folder of theirs. */
const USUAL = { XDG_CACHE_HOME: '' };

test('compiled code is kept for each command that has succeeded, and for all help together', async () => {
  const home = newHome();
  const keptAfter = async (args: readonly string[]) => {
    await flowkiwi(args, { home, env: USUAL });
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
    return [...new Set(files.flatMap((file) => /\.js\.(.+)\.bin$/.exec(file)?.[1] ?? []))].sort();
  };
  expect(await keptAfter(['profile', 'show', '--profile', 'nobody'])).toEqual([]);
  expect(await keptAfter(['profile', 'lst'])).toEqual([]);
  expect(await keptAfter(['profile', 'list', '--help'])).toEqual(['help']);
  expect(await keptAfter(['--profile', 'default', 'profile', 'list'])).toEqual(['help', 'profile-list']);
});

/** Lets the program take this system for another one. */
function pretending(platform: NodeJS.Platform): { readonly NODE_OPTIONS: string } {
  const script = join(newHome(), 'pretend.cjs');
  const code = `Object.defineProperty(process, 'platform', { value: '${platform}' });`;
  writeFileSync(script, platform === 'win32' ? `${code} delete process.geteuid;` : code);
  return { NODE_OPTIONS: `--require=${script}` };
}

test.each<[what: string, folder: string, env: (home: string) => Readonly<Record<string, string>>]>([
  ['~/.cache', '.cache/flowkiwi', () => USUAL],
  ['XDG_CACHE_HOME', 'other/flowkiwi', (home) => ({ XDG_CACHE_HOME: join(home, 'other') })],
  ['~/.cache where that is relative', '.cache/flowkiwi', () => ({ XDG_CACHE_HOME: 'other' })],
  ['the folder of a Mac', 'Library/Caches/flowkiwi', () => ({ ...USUAL, ...pretending('darwin') })],
  ['the folder of Windows', 'local/flowkiwi/cache', (home) => ({ ...USUAL, LOCALAPPDATA: join(home, 'local'), ...pretending('win32') })],
])('it is kept in %s, open to nobody else', async (_what, folder, env) => {
  const home = newHome();
  for (const system of ['Library', 'local']) mkdirSync(join(home, system), { mode: 0o700 });
  await flowkiwi(['profile', 'list'], { home, env: env(home) });
  const [code = ''] = readdirSync(join(home, folder));
  const paths = [folder.split('/')[0] ?? '', folder, `${folder}/${code}`];
  expect(paths.map((path) => statSync(join(home, path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
  const files = readdirSync(join(home, folder, code));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files)
    expect([file, statSync(join(home, folder, code, file)).mode & 0o777]).toEqual([expect.stringMatching(/\.bin$/), 0o600]);
});

test('none is kept where that is not wanted, nor is a home folder made', async () => {
  const home = newHome();
  await flowkiwi(['profile', 'list'], { home, env: { ...USUAL, NODE_DISABLE_COMPILE_CACHE: '1' } });
  await flowkiwi(['profile', 'list'], { home: join(home, 'missing'), env: USUAL });
  await flowkiwi(['profile', 'list'], { home, env: { XDG_CACHE_HOME: join(home, 'missing', 'too') } });
  expect(readdirSync(home)).toEqual([]);
});

test('code of other builds is removed when nothing was added to it for a month', async () => {
  const home = newHome();
  const folder = join(home, '.cache', 'flowkiwi');
  const longAgo = Date.now() / 1000 - 31 * 24 * 60 * 60;
  for (const name of ['code-v20-old', 'code-v20-recent', 'notes']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name, 'a.js.help.bin'), '');
    if (name !== 'code-v20-recent') utimesSync(join(folder, name), longAgo, longAgo);
  }
  await flowkiwi(['profile', 'list'], { home, env: USUAL });
  const kept = readdirSync(folder);
  expect([kept.length, kept]).toEqual([3, expect.arrayContaining(['code-v20-recent', 'notes'])]);
});
