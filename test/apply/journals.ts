import type { JournalScope } from '../../src/apply/journal/record.ts';

/** What the journals of the tests belong to. */
export const SCOPE: JournalScope = { provider: 'flowkiwi', url: 'http://127.0.0.1:1/', instance_host: null, kind: 'flowkiwi' };
