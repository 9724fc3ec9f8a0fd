import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../../src/files/lock.ts';
import { realClock } from '../support/clocks.ts';

// A process of the lock's tests: `FOLDER hold` takes the lock and keeps it; `FOLDER 25` does so much work under it.
const [folder = '', what = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const path = join(folder, 'lock');
  if (what === 'hold') {
    await takeLock(path, { waitMs: 10_000, clock: realClock });
    process.stdout.write('held\n');
    setInterval(() => undefined, 1_000);
    return;
  }
  for (let round = 0; round < Number(what); round += 1) {
    const lock = await takeLock(path, { waitMs: 60_000, clock: realClock });
    if (!lock) throw new Error('the lock could not be had');
    // Fails when somebody else is inside.
    writeFileSync(join(folder, 'inside'), '', { flag: 'wx' });
    const count = Number(readFileSync(join(folder, 'count'), 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(folder, 'count'), String(count + 1));
    rmSync(join(folder, 'inside'));
    await lock.release();
  }
}

void main();
