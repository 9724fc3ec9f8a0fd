import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'check-writers.mjs');

test.each([
  ['await stdout.write(text);', 1],
  ['void edges.stderr.write(text);', 1],
  ['stderr.stream.write(text);', 1],
  ['console.error(text);', 1],
  ['await file.write(text);', 0],
  ['await messages.notice(text);', 0],
])('%s', (line, status) => {
  const source = mkdtempSync(join(tmpdir(), 'flowkiwi-writers-'));
  writeFileSync(join(source, 'module.ts'), line);
  expect(spawnSync(process.execPath, [SCRIPT, source]).status).toBe(status);
});
