import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LONG_MS = 20_000;

/**
 * `NODE_OPTIONS` of a command that waits long where it waits for that many milliseconds: for a test of what happens before the end of a
 * short wait, on a machine that may be too busy to get anything done in it.
 */
export function patience(...shortMs: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-patience-'));
  // The command may run as another user than the tests.
  chmodSync(folder, 0o755);
  const path = join(folder, 'patience.cjs');
  writeFileSync(
    path,
    `const start = globalThis.setTimeout;
     globalThis.setTimeout = (work, ms, ...rest) => start(work, ${JSON.stringify(shortMs)}.includes(ms) ? ${LONG_MS} : ms, ...rest);
     Object.setPrototypeOf(globalThis.setTimeout, start);`,
  );
  return `--require=${path}`;
}
