import { existsSync } from 'node:fs';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { SANDBOX_PORT } from '../../well-known.ts';
import { confirmYes, mustConfirm } from '../kit/ask.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { valueResult } from '../kit/result.ts';
import { notRunning, port, sandboxAt } from './find.ts';
import { defaultDataFile } from './sandbox-options.ts';

export const sandboxReset = defineCommand({
  name: 'reset',
  summary: 'delete every organization and instance of a sandbox',
  description:
    `Empties the sandbox that runs on port ${SANDBOX_PORT}; when none runs there, the data file. ` +
    '--port and --data name another one. Sessions stay signed in. Asks before it deletes, unless --yes is given. ' +
    'Those of Flowkiwi and ZITADEL are counted together, without the instance and the organization that ZITADEL begins with.',
  options: {
    port,
    data: text('--data <file>', 'path', 'the data file of a sandbox that does not run'),
  },
  examples: ['flowkiwi sandbox reset', 'flowkiwi sandbox reset --port 9000 --yes'],
  exits: ['invalid', 'not_found', 'auth', 'conflict', 'unavailable', 'interrupted', 'terminated'],
  data: both(() => objectWith({ sandbox: 'string', organizations: 'integer', instances: 'integer' })),
  effect: 'deletes',
  org: both('ignored'),
}).run(
  both(async (context, { options: { port: chosen, data } }) => {
    if (chosen !== undefined && data !== undefined) {
      throw new CliError('usage', '--port and --data exclude each other', { hint: '--port for a sandbox that runs, --data for its file' });
    }
    const ask = mustConfirm(context, 'deleting every organization and instance');
    const target = await findTarget(context, chosen, data);
    if (ask) await confirmYes(context, `Delete every organization and instance of the sandbox ${target.name}?`);
    const { organizations, instances } = await target.empty();
    const deleted = `${counted(organizations, 'organization')} and ${counted(instances, 'instance')}`;
    return valueResult({ sandbox: target.name, organizations, instances }, [], {
      success: `Deleted ${deleted} of the sandbox ${target.name}`,
    });
  }),
);

/** The sandbox that is meant: its URL when it runs, its file when not. */
async function findTarget(context: Context, chosen: number | undefined, data: string | undefined) {
  const { edges } = context;
  if (data === undefined) {
    const { isSandboxRunning, emptyRunningSandbox } = await import('../../sandbox/running-sandbox.ts');
    const sandbox = sandboxAt(context, chosen);
    if (await isSandboxRunning(sandbox)) return { name: sandbox.origin, empty: () => emptyRunningSandbox(sandbox) };
    if (chosen !== undefined) throw notRunning(sandbox.origin);
  }
  const name = data ?? defaultDataFile(edges);
  const { emptyDataFile } = await import('../../sandbox/empty-data-file.ts');
  if (data !== undefined && !existsSync(data)) {
    throw new CliError('not_found', `there is no file ${data}`, { hint: 'name the one that sandbox start has for its --data' });
  }
  return { name, empty: () => emptyDataFile(name, edges.clock) };
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
