import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { flag } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { port, runningSandboxAt } from './find.ts';

/** Longest wait for the browser when `--timeout` does not say. */
const BROWSER_TIMEOUT_MS = 60_000;

export const sandboxOpen = defineCommand({
  name: 'open',
  summary: 'open the page of the sandbox that runs, in the browser',
  description:
    'The page shows what is in the sandbox and the latest requests, changes what is in it, and makes it fail. It is for the user who started the sandbox: the address that is opened ' +
    'leads there once, and gives the page the secret.',
  options: { port, browser: flag('--no-browser', 'print the address only') },
  examples: ['flowkiwi sandbox open', 'flowkiwi sandbox open --port 9000'],
  exits: ['invalid', 'not_found', 'auth', 'timeout', 'unavailable', 'interrupted', 'terminated'],
  data: both(() => objectWith({ url: 'string' })),
  effect: 'reads',
  org: both('ignored'),
}).run(both((context, { options }) => openSandboxPage(context, options.port, options.browser)));

/** Address of the page of a sandbox, which asks for its secret. Pure. */
export function sandboxPage(origin: string): string {
  return `${origin}/_sandbox/`;
}

/** Leads a browser to the page, with the secret of the sandbox; `browser`: whether to start one. Throws as the command does. */
export async function openSandboxPage(context: Context, port: number | undefined, browser: boolean): Promise<Result> {
  const { edges, messages, budget } = context;
  const { clock, interruption: signal } = edges;
  const sandbox = await runningSandboxAt(context, port);
  const [{ reportOf }, { leadBrowserTo }] = await Promise.all([
    import('../../sandbox/running-sandbox.ts'),
    import('../../oauth/one-time-address.ts'),
  ]);
  const { isOpen } = await reportOf(sandbox);
  const page = sandboxPage(sandbox.origin);
  const isOwnPeer = await edges.peerCheck();
  const lead = () =>
    leadBrowserTo(isOpen ? page : `${page}#secret=${sandbox.secret}`, {
      ...{ clock, signal, timeoutMs: budget.leftMs() ?? BROWSER_TIMEOUT_MS, isOwnPeer },
      openUrl: browser ? edges.openUrl : undefined,
      announce: (address, opened) =>
        messages.always([
          opened ? 'Your browser opens. If it does not, visit:' : 'Visit this address in a browser on this machine; it works once:',
          `  ${address}`,
        ]),
    });
  const isVisited = await context.activity.during('wait for the browser', lead);
  if (isVisited) return valueResult({ url: page }, [], { success: `Opened ${page}` });
  throw new CliError('timeout', 'no browser came for the page of the sandbox', {
    hint: 'run it again, and visit the address that it shows in a browser on this machine; --timeout allows more time',
  });
}
