import type { View } from '../../output/view.ts';
import { defineCommand } from '../kit/command.ts';
import { objectOf } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { recordResult } from '../kit/result.ts';
import { port, runningSandboxAt } from './find.ts';

/** A sandbox that runs. */
interface SandboxStatus {
  readonly url: string;
  /** Null when its controls are open to everybody. */
  readonly secret: string | null;
  readonly data: string | null;
  readonly organizations: number;
  readonly instances: number;
  readonly requests: number;
  readonly started_at: string;
}

/** How it is shown; on a screen, where others may see it, the secret is hidden unless it is named. */
const statusView = (isHidden: boolean): View<SandboxStatus> => ({
  kind: 'sandbox',
  fields: [
    { name: 'url', heading: 'URL', type: 'string', table: true, keep: true, text: ({ url }) => url },
    { name: 'data', heading: 'Data', table: true, keep: true, text: ({ data }) => data ?? 'in memory' },
    { name: 'organizations', heading: 'Organizations', type: 'integer', table: true, text: ({ organizations }) => String(organizations) },
    { name: 'instances', heading: 'Instances', type: 'integer', table: true, text: ({ instances }) => String(instances) },
    { name: 'requests', heading: 'Requests', type: 'integer', table: true, text: ({ requests }) => String(requests) },
    { name: 'started_at', heading: 'Started', type: 'string', table: true, isTime: true, text: ({ started_at }) => started_at },
    {
      name: 'secret',
      heading: 'Secret',
      table: false,
      keep: true,
      isSecret: true,
      text: ({ secret }) => (isHidden && secret !== null ? 'in --json' : secret),
    },
  ],
  id: ({ url }) => url,
  json: (status) => ({ ...status }),
});

export const sandboxStatus = defineCommand({
  name: 'status',
  summary: 'show the sandbox that runs, and the secret of its controls',
  description:
    'Exits 3 when none runs there. With --json, the field secret is what everything under /_sandbox/ asks for: send it as ' +
    '"Authorization: Bearer SECRET". Under sandbox exec it is in FLOWKIWI_SANDBOX_SECRET, and the sandbox is that of sandbox exec.',
  options: { port },
  examples: ['flowkiwi sandbox status', 'flowkiwi sandbox status --port 9000 --json'],
  exits: ['invalid', 'not_found', 'auth', 'unavailable', 'interrupted', 'terminated'],
  data: both(() => objectOf(statusView(false))),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async (context, { options }) => {
    const { printer, options: globals } = context;
    const view = statusView(globals.fields === undefined);
    printer.check(view);
    const sandbox = await runningSandboxAt(context, options.port);
    const { reportOf } = await import('../../sandbox/running-sandbox.ts');
    const { isOpen, startedAt, ...report } = await reportOf(sandbox);
    return recordResult(view, {
      url: sandbox.origin,
      ...report,
      started_at: startedAt,
      secret: isOpen ? null : (sandbox.secret ?? null),
    });
  }),
);
