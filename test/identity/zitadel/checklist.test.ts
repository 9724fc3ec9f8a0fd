import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TESTS = join(import.meta.dirname, '..', '..');

test.each<[item: string, file: string, proof: string]>([
  ['1: a profile has URL, client id and host', 'e2e/zitadel-profile', 'is stored with all of its settings, and shown'],
  ['1: the audience of the system user stands apart from the URL', 'e2e/zitadel-instances', 'another audience'],
  [
    '2: one layer maps JSON as the descriptors have it',
    'identity/zitadel/operations',
    'what is sent is what the official descriptors have',
  ],
  ['2: numbers as texts, absent as zero', 'identity/zitadel/operations', 'what is answered, as the official descriptors write it, is read'],
  ['2: wrapped errors', 'identity/zitadel/problem', 'what v4.11.0 to v4.13.1 wrap is what they mean'],
  ['2: errors of gateways and of Connect, exit codes by class', 'e2e/zitadel-errors', 'the catalogue (contract section 2.2)'],
  ['3: headers', 'e2e/zitadel-errors', 'English, no Origin, Bearer as ZITADEL spells it, the host of the instance'],
  ['4: checks before the request', 'identity/zitadel/body-fields', 'each error names the flag'],
  ['4: what an owner needs', 'e2e/zitadel-instances', 'nothing is created when'],
  ['5: secrets in files', 'e2e/zitadel-instances', 'of a machine leaves its token and its key in files that nobody else can read'],
  ['5: never in tables', 'e2e/zitadel-instances', 'on a terminal the token and the key stand once, under a warning and not in the table'],
  ['6: create, then wait until it can be read', 'e2e/zitadel-instances', 'by %i ms is waited for'],
  ['6: what is there already', 'e2e/zitadel-organizations', 'that is there already is a conflict, or with --if-exists skip'],
  ['7: files of their owner', 'e2e/credentials', 'files are for their owner alone, whatever the umask'],
  ['7: bound to server and issuer', 'e2e/credentials', 'a stored credential goes to no other origin'],
  ['7: one refresh at a time', 'attack/refresh-storm', 'each round has one refresh, and everybody gets its token'],
  ['7: 4xx on a refresh', 'e2e/zitadel-sign-in', 'the refresh token was used before: the session has ended'],
  ['7: device or browser', 'oauth/flow', 'SSH'],
  ['7: without a person', 'e2e/zitadel-sandbox', 'creates an instance, whose machine signs in with its key'],
  ['8: a stand-in made from the descriptors', 'sandbox/zitadel/rpc/official-client', 'creates organizations and reads them back'],
  ['8: the quirks of versions', 'e2e/zitadel-errors', 'the quirks of versions, at the sandbox'],
])('item %s (contract section 9) is proved in %s', (_, file, proof) => {
  expect(readFileSync(join(TESTS, `${file}.test.ts`), 'utf8')).toContain(proof);
});
