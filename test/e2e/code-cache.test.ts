import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';

test('compiled code is kept for each command that has succeeded, and for all help together', async () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'flowkiwi-tmp-'));
  const keptAfter = async (args: readonly string[]) => {
    await flowkiwi(args, { env: { TMPDIR } });
    const files = readdirSync(TMPDIR, { recursive: true, encoding: 'utf8' });
    return [...new Set(files.flatMap((file) => /\.js\.(.+)\.bin$/.exec(file)?.[1] ?? []))].sort();
  };
  expect(await keptAfter(['profile', 'show', '--profile', 'nobody'])).toEqual([]);
  expect(await keptAfter(['profile', 'lst'])).toEqual([]);
  expect(await keptAfter(['profile', 'list', '--help'])).toEqual(['help']);
  expect(await keptAfter(['--profile', 'default', 'profile', 'list'])).toEqual(['help', 'profile-list']);
});
