import { defineCommand } from '../kit/command.ts';
import { otherData } from '../kit/data.ts';
import { flag, text, texts } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { MANIFEST_OPTIONS } from './manifest-options.ts';
import { RUN_OPTIONS } from './run-options.ts';

export const apply = defineCommand({
  name: 'apply',
  summary: 'create what is missing of the customers in a file',
  description: `Reads a manifest, says what is missing, and creates it: organizations and their instances, one customer or a hundred thousand. Run it again and again: what is there is left as it is, and nothing is ever created twice.

FILE is CSV (organization,instance,handle, and key and id where there are any), JSON Lines, YAML or JSON; - is standard input. A customer is its key, or else its name; an instance is its handle. All that is wrong with a file is said at once, with line and column, before anything is sent.

--dry-run stops after the plan, which says what would be done: + create, ~ rename, = unchanged, ? unknown, ! refused. A plan reads nothing at the server, as it trusts the ids of the manifest and the journal; --refresh reads one list for each organization.

--schema, --init, --suggest-handles and --export only print. The manual: docs/apply.md.`,
  arguments: [{ name: 'file', kind: 'path', summary: 'a manifest; - is standard input' }],
  options: {
    ...MANIFEST_OPTIONS,
    dryRun: flag('--dry-run', 'print the plan, and change nothing'),
    refresh: flag('--refresh', 'read the organizations that are known, for the plan'),
    rename: flag('--rename', 'rename organizations that have another name in the manifest'),
    rekey: texts('--rekey <old=new>', 'content', 'a customer that has another key now (repeatable)'),
    expectPlan: text('--expect-plan <sha>', 'setting', 'do it only if the plan has this checksum'),
    detailedExitcode: flag('--detailed-exitcode', 'exit with 10 when there are changes, and 0 when there is nothing to do'),
    suggestHandles: flag('--suggest-handles', 'print the manifest with proposed handles'),
    export: flag('--export', 'print a manifest of the organizations that this profile knows'),
    ...RUN_OPTIONS,
    init: flag('--init', 'print an example of a manifest'),
    schema: flag('--schema', 'print the JSON Schema of a manifest'),
  },
  examples: [
    'flowkiwi apply --init > customers.yaml',
    'flowkiwi apply customers.csv --dry-run',
    'flowkiwi apply kunden.csv --map organization=Kunde,handle=Kürzel',
    'flowkiwi apply names.csv --suggest-handles > customers.csv',
  ],
  printsResource: true,
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'unknown_outcome', 'forbidden', 'unavailable', 'interrupted', 'terminated'],
  ownExits: { 10: 'changes, with --detailed-exitcode' },
  data: both(otherData),
  effect: 'changes',
  org: { flowkiwi: 'used', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, input) => (await import('./act.ts')).act(context, input),
  zitadel: 'none',
});
