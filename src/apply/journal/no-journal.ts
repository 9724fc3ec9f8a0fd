import { CliError } from '../../errors.ts';
import { createHistory } from './history.ts';
import type { Journal } from './journal.ts';

/**
 * In place of a journal where none is needed: nothing is sent, or what is sent is proved by its handle. Throws `internal` for a create of an
 * organization, whose id would be lost.
 */
export function noJournal(): Journal {
  let count = 0;
  return {
    directory: '',
    history: createHistory(),
    lines: 0,
    isOfAnother: false,
    intend: async ({ of }) => {
      if (of === 'organization') throw new CliError('internal', 'an organization would be created without a journal');
      count += 1;
      return count;
    },
    leave: () => undefined,
    write: () => undefined,
    durable: async () => undefined,
    failure: () => undefined,
    idempotencyKey: () => undefined,
    close: async () => undefined,
  };
}
