import type { RowSource } from '../../apply/manifest/row-source.ts';
import { createResultsFile, type ResultsFile } from '../../apply/results-file.ts';
import { madeEvent, pauseEvent, type RunEvent, rowEvent, sendEvent } from '../../apply/run/events.ts';
import type { RowResult } from '../../apply/run/row.ts';
import type { Progress, RunListener } from '../../apply/run/run.ts';
import { progressText, rowText } from '../../apply/run/text.ts';
import type { Context } from '../../context/context.ts';
import type { SeenOrganization } from '../../context/organizations.ts';
import { type Help, withWordsFirst } from '../../hint.ts';
import { productManagementUrlOf } from '../../identity/flowkiwi/product-management.ts';
import { mayAnimate } from '../../output/activity.ts';
import { startProgress } from '../../output/progress.ts';
import { terminalSafe } from '../../output/terminal-text.ts';

export interface ListenerOptions {
  /** As messages name the manifest. */
  readonly file: string;
  /** The rows of the manifest, in whose form others are written; undefined for one customer who is named by options. */
  readonly source: RowSource | undefined;
  readonly results: string | undefined;
  readonly failed: string | undefined;
}

/** Tells a person, a script and files of what happens in a run. */
export interface ToldRun {
  readonly listener: RunListener;
  readonly print: (event: RunEvent) => Promise<void>;
  /** Resolves when all is told. Throws what writing a file throws. */
  readonly end: () => Promise<void>;
}

/** Failures that are shown; the others are in --failed, and in the events. */
const SHOWN = 50;
/** Organizations that are remembered in one write. */
const REMEMBERED_AT_ONCE = 500;

export async function tellRun(context: Context, options: ListenerOptions): Promise<ToldRun> {
  const { edges, messages, printer } = context;
  const { url: identity } = await context.profile();
  const { file, source } = options;
  const { format } = context.options;
  // Of one customer the result is one value.
  const isJson = format === 'json' && source !== undefined;
  const files = await openFiles(options);
  const organizations = await context.organizations();
  const begun = edges.clock.now();
  let progress: () => Progress = () => ({ done: 0, rows: 0, inFlight: 0, limit: 0, retries: 0 });
  /** Everything that is written, in its order. */
  let told: Promise<void> = Promise.resolve();
  let made: SeenOrganization[] = [];
  let shown = 0;
  const then = (work: () => Promise<unknown>) => {
    told = told.then(async () => void (await work()));
    // It is thrown at the end.
    told.catch(() => undefined);
  };
  const seconds = () => (edges.clock.now() - begun) / 1_000;
  const line =
    context.options.json || context.options.quiet
      ? undefined
      : startProgress({
          stderr: edges.stderr,
          isLive: mayAnimate(edges.stderr, edges.env),
          clock: edges.clock,
          text: () => progressText(progress(), seconds()),
          share: () => progress().done / Math.max(1, progress().rows),
          say: (text) => messages.notice(text),
        });

  // The last line of the terminal tells of all rows.
  const leaveLine = context.activity.pause();

  /** Ids for stdout; those that come while something is written go with the next write. */
  let ids = '';
  const printId = (id: string) => {
    if (ids === '') {
      then(() => {
        const waiting = ids;
        ids = '';
        return printer.raw([waiting]);
      });
    }
    ids += `${terminalSafe(id)}\n`;
  };
  const print = (event: RunEvent) => {
    if (isJson) then(() => printer.jsonLine(event));
  };
  const warn = (text: Help) =>
    then(async () => {
      line?.clear();
      await messages.warning(text);
    });
  const remember = () => {
    const many = made;
    made = [];
    if (many.length > 0) then(() => organizations.rememberNew(many));
  };

  function rowOf(result: RowResult) {
    const { instance, instanceId, error, reason } = result;
    const productManagementUrl = instance && instanceId ? (productManagementUrlOf(instance.handle, identity) ?? undefined) : undefined;
    return { ...result, productManagementUrl, error: error?.message ?? reason };
  }

  function onRow(result: RowResult): void {
    const event = rowEvent(result);
    if (event) print(event);
    const { status } = result;
    if (event && source !== undefined && format !== 'json') {
      shown += 1;
      const text = rowText(file, result);
      if (shown <= SHOWN) warn(result.help === undefined ? text : withWordsFirst(text, result.help));
    }
    const id = result.instanceId ?? result.organizationId;
    if (format === 'id' && source !== undefined && id !== undefined) printId(id);
    const isNotDone = status === 'failed' || status === 'unknown' || status === 'not_started';
    for (const to of [files.results, isNotDone ? files.failed : undefined]) if (to) then(() => to.add(rowOf(result)));
  }

  return {
    print: (event) => {
      print(event);
      return told;
    },
    listener: {
      onSend: (event) => {
        if (isJson) print(sendEvent(event));
      },
      onMade: (thing) => {
        print(madeEvent(thing));
        if (thing.event === 'created' && thing.kind === 'organization') made.push({ id: thing.id, name: thing.name });
        if (thing.event === 'deleted') {
          made = made.filter(({ id }) => id !== thing.id);
          then(() => organizations.forget(thing.id));
          warn(`the new organization ${thing.name} (${thing.id}) was deleted again: it has no instance`);
        }
        if (made.length >= REMEMBERED_AT_ONCE) remember();
      },
      onRow,
      onPause: (pause) => {
        print(pauseEvent(pause));
        if (pause.delayMs > 2_000) warn(`${pause.why}: nothing is sent for ${Math.ceil(pause.delayMs / 1_000)} s`);
      },
      onProgress: (ask) => {
        progress = ask;
      },
    },
    end: async () => {
      remember();
      line?.end();
      leaveLine();
      const more = shown - SHOWN;
      if (more > 0) warn(`${more.toLocaleString('en-US')} more rows are not done; --failed FILE has them all`);
      try {
        await told;
      } finally {
        await Promise.all([files.results?.close(), files.failed?.close()]);
      }
    },
  };
}

async function openFiles({ source, results, failed }: ListenerOptions): Promise<{ results?: ResultsFile; failed?: ResultsFile }> {
  if (source === undefined) return {};
  return {
    ...(results !== undefined && { results: await createResultsFile(results, '--results', source) }),
    ...(failed !== undefined && { failed: await createResultsFile(failed, '--failed', source) }),
  };
}
