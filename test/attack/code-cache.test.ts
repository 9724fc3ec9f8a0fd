import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';

/** Runs a command whose compiled code is kept in this temporary folder. */
async function runIn(TMPDIR: string): Promise<void> {
  expect(await flowkiwi(['profile', 'list'], { env: { TMPDIR } })).toMatchObject({ status: 0, stderr: '' });
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'flowkiwi-tmp-'));

test('compiled code is kept in, and taken from, a folder of our own that is closed to others, and no other', async () => {
  const first = newFolder();
  await runIn(first);
  const [name = ''] = readdirSync(first);
  const kept = readdirSync(join(first, name));
  expect(kept.length).toBeGreaterThan(0);

  // Only root can give a folder away; everybody else can only open one.
  const giveAway = (path: string) => (process.getuid?.() === 0 ? chownSync(path, 4_242, 4_242) : chmodSync(path, 0o707));
  const traps: readonly ((path: string) => void)[] = [
    (path) => mkdirOf(path, 0o777),
    (path) => mkdirOf(path, 0o755),
    (path) => {
      mkdirOf(path, 0o700);
      giveAway(path);
    },
    (path) => {
      mkdirOf(`${path}-target`, 0o700);
      symlinkSync(`${path}-target`, path);
    },
  ];
  for (const trap of traps) {
    const folder = newFolder();
    trap(join(folder, name));
    await runIn(folder);
    expect(readdirSync(join(folder, name))).toEqual([]);
  }
});

/** A folder with this mode whatever the umask. */
function mkdirOf(path: string, mode: number): void {
  mkdirSync(path);
  chmodSync(path, mode);
}
