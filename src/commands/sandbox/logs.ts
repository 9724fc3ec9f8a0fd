import type { Context } from '../../context/context.ts';
import type { View } from '../../output/view.ts';
import type { RunningSandbox, SandboxRequests } from '../../sandbox/running-sandbox.ts';
import { defineCommand } from '../kit/command.ts';
import { listOf } from '../kit/data.ts';
import { flag, integer, text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { listResult } from '../kit/result.ts';
import { port, runningSandboxAt } from './find.ts';

type SandboxRequest = SandboxRequests['requests'][number];

/** How long one question waits for the next request, in seconds: less than an answer may take. */
const WAIT_S = 20;
const MOST = 1000;

const requestView: View<SandboxRequest> = {
  kind: 'request',
  fields: [
    { name: 'number', heading: 'Number', type: 'integer', table: false, text: ({ number }) => String(number) },
    // Not relative: how far requests are apart is what a log is read for.
    { name: 'time', heading: 'Time', type: 'string', table: true, keep: true, text: ({ time }) => time },
    { name: 'method', heading: 'Method', type: 'string', table: true, keep: true, text: ({ method }) => method },
    { name: 'path', heading: 'Path', type: 'string', table: true, text: ({ path }) => path },
    {
      name: 'status',
      heading: 'Status',
      type: 'integer | null',
      table: true,
      keep: true,
      text: ({ status }) => (status === null ? 'cut' : String(status)),
    },
    { name: 'duration_ms', heading: 'ms', type: 'integer', table: true, keep: true, text: ({ duration_ms }) => String(duration_ms) },
    { name: 'request', heading: 'Request', type: 'object', table: false, text: ({ request }) => JSON.stringify(request) },
    { name: 'response', heading: 'Answer', type: 'object | null', table: false, text: ({ response }) => JSON.stringify(response) },
    { name: 'curl', heading: 'curl', type: 'string', table: false, keep: true, text: ({ curl }) => String(curl) },
  ],
  id: ({ number }) => String(number),
  json: (request) => request,
};

export const sandboxLogs = defineCommand({
  name: 'logs',
  summary: 'show the latest requests to the sandbox that runs',
  description:
    'The oldest first. With --json each has its headers and bodies, its answer and a curl line, without secrets; with --follow that is one ' +
    'object a line. Requests for the page and the controls are left out.',
  options: {
    port,
    follow: flag('-f, --follow', 'go on with requests as they come, until Ctrl-C'),
    path: text('--path <pattern>', 'setting', 'requests to these paths only; * is any text'),
    method: text('--method <method>', 'setting', 'requests with that method only'),
    status: text('--status <status>', 'setting', 'requests that were answered with it only: 201, 4xx, or cut'),
    text: text('--text <text>', 'setting', 'requests with that text in them, or in their answer, only'),
    limit: integer('--limit <n>', { min: 1, max: MOST }, 'that many at most, the latest (default: 100)'),
  },
  examples: ['flowkiwi sandbox logs', "flowkiwi sandbox logs -f --path '/api/*' --status 4xx"],
  exits: ['invalid', 'not_found', 'auth', 'unavailable', 'interrupted', 'terminated'],
  data: both(() => listOf(requestView)),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async (context, { options: { port: chosen, follow, limit = 100, ...filters } }) => {
    context.printer.check(requestView);
    const sandbox = await runningSandboxAt(context, chosen);
    const { requestsOf } = await import('../../sandbox/running-sandbox.ts');
    const filter = Object.fromEntries(Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const first = await requestsOf(sandbox, { ...filter, limit: `${limit}` });
    if (!follow) return listResult(requestView, first.requests);
    // It waits for what may never come, as everybody knows who asks for it.
    context.activity.pause();
    const requests = following(sandbox, filter, first);
    // JSON comes when it is whole, which this never is.
    if (context.options.format === 'json') return { print: (printer) => printLines(printer, requests) };
    return { print: (printer) => printListed(printer, requests) };
  }),
);

/** A table, too, would come when it is whole: each request is a line of its own. */
async function printListed({ list }: Context['printer'], requests: AsyncIterable<SandboxRequest>): Promise<void> {
  for await (const request of requests) await list(requestView, [request]);
}

async function printLines({ jsonLine }: Context['printer'], requests: AsyncIterable<SandboxRequest>): Promise<void> {
  for await (const request of requests) await jsonLine(request);
}

/** Those that there are, then those that come, until the sandbox has ended, which is an error, or the signal of the sandbox is aborted. */
async function* following(
  sandbox: RunningSandbox,
  filter: Readonly<Record<string, string>>,
  first: SandboxRequests,
): AsyncGenerator<SandboxRequest> {
  const { requestsOf } = await import('../../sandbox/running-sandbox.ts');
  let { requests, last } = first;
  for (;;) {
    yield* requests;
    ({ requests, last } = await requestsOf(sandbox, { ...filter, after: `${last}`, wait: `${WAIT_S}`, limit: `${MOST}` }));
  }
}
