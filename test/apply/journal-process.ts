import { openJournal } from '../../src/apply/journal/journal.ts';
import { CliError } from '../../src/errors.ts';
import { realClock } from '../support/clocks.ts';
import { SCOPE } from './journals.ts';

// A process of the journal's tests: `FOLDER hold` opens the journal and keeps it; `FOLDER write 9` writes so many customers, and says
// each request before it would be sent; `FOLDER open` opens it, and says who has it when somebody else does.
const [folder = '', what = '', count = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const journal = await openJournal(folder, { scope: SCOPE, principal: null, version: '1', clock: realClock });
  process.stdout.write('open\n');
  if (what === 'hold') setInterval(() => undefined, 1_000);
  if (what === 'open') await journal.close();
  if (what !== 'write') return;
  for (let number = 1; number <= Number(count); number += 1) {
    const key = `c${number}`;
    const n = await journal.intend({ of: 'organization', key, name: key });
    journal.leave(n);
    process.stdout.write(`sent ${key}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    journal.write({ type: 'organization', key, id: `id-${number}`, name: key, n });
  }
  await journal.close();
}

main().catch((error) => {
  process.stdout.write(`${error instanceof CliError ? `${error.code}: ${error.message}` : error}\n`);
  process.exitCode = 1;
});
