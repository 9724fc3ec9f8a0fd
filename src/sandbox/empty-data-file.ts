import { existsSync } from 'node:fs';
import type { Clock } from '../edges.ts';
import { isCliError, withHint } from '../errors.ts';
import { helpWith } from '../hint.ts';
import { openDatabase } from './database.ts';
import { emptySandbox } from './emptying.ts';
import { type Emptied, prepareTables } from './flowkiwi/tables.ts';

/**
 * Deletes the organizations and instances, ZITADEL's too, in the data file of a sandbox that does not run; accounts and tokens stay. A file
 * that does not exist is not made. Throws `conflict`, with the flag that names the sandbox, when one has it open, `invalid` when it cannot be used.
 */
export async function emptyDataFile(path: string, clock: Clock): Promise<Emptied> {
  if (!existsSync(path)) return { organizations: 0, instances: 0 };
  const database = await openDatabase({ path, clock }).catch((error: unknown) => {
    if (!isCliError(error) || error.code !== 'conflict') throw error;
    throw withHint(error, helpWith('name the sandbox that has it open by its port', 'sandbox', 'reset', '--port', 'PORT'));
  });
  try {
    prepareTables(database);
    const emptied = emptySandbox(database);
    await database.durable();
    return emptied;
  } finally {
    await database.close();
  }
}
