import type { Edges, Output } from '../edges.ts';
import { type Activity, mayAnimate, type TerminalActivity, UNSEEN } from '../output/activity.ts';
import { asciiOutput, isWithoutUtf8 } from '../output/ascii.ts';
import { colourLevel, createPalette } from '../output/colour.ts';
import { shellOf } from '../output/command-text.ts';
import { createMessages, type Messages } from '../output/messages.ts';
import { createPrinter, type Printer } from '../output/printer.ts';
import type { GlobalOptions } from './global-options.ts';
import { canAsk, createPrompter, type Prompter } from './prompter.ts';
import type { TimeBudget } from './time-budget.ts';

/** How a run shows things and asks for them, as its streams, its options and its environment allow. */
export interface Presentation {
  readonly printer: Printer;
  readonly messages: Messages;
  /** Says what is being done while nothing else is said. */
  readonly activity: Activity;
  /** Undefined when there is no person to ask. */
  readonly prompter: Prompter | undefined;
  /** What is said goes here. */
  readonly stderr: Output;
}

/** `line` is the last line of the terminal; absent where nobody looks at one. */
export function presentation(
  edges: Edges,
  { options, budget, line }: { readonly options: GlobalOptions; readonly budget: TimeBudget; readonly line: TerminalActivity | undefined },
): Presentation {
  const { env, platform } = edges;
  const { json, quiet } = options;
  // Data keeps its characters; what is drawn or said for a person is shown as the terminal can.
  const isAscii = isWithoutUtf8(env, platform);
  const stderr = isAscii && edges.stderr.isTerminal ? asciiOutput(edges.stderr) : edges.stderr;
  const isDrawn = options.format === undefined || options.format === 'table';
  const stdout = isAscii && isDrawn && edges.stdout.isTerminal ? asciiOutput(edges.stdout) : edges.stdout;
  // In `… | less` the terminal belongs to two programs.
  const mayShow = !json && !quiet && isDrawn && edges.stdout.isTerminal && mayAnimate(edges.stderr, env);
  if (mayShow) line?.allow();
  const activity = (mayShow && line) || UNSEEN;
  const colour = (isTerminal: boolean) => colourLevel({ env, isTerminal, flag: options.color });
  const commands = { shell: shellOf(env, platform), profile: options.profile };
  const messages = createMessages({ stderr, colour: colour(stderr.isTerminal), json, quiet, commands });
  return {
    printer: createPrinter({
      stdout,
      clock: edges.clock,
      format: options.format,
      fields: options.fields,
      outputs: options.githubOutputs.map(({ field }) => field),
      colour: colour(stdout.isTerminal),
      // Many CI jobs set FORCE_COLOR for their logs; what another program reads is coloured for those alone who ask this one.
      jsonColour: stdout.isTerminal || options.color === 'always' ? colour(stdout.isTerminal) : 0,
    }),
    messages,
    activity,
    prompter: canAsk(edges, { input: options.input, json })
      ? createPrompter(edges, {
          palette: () => createPalette(colour(stderr.isTerminal)),
          onChange: messages.change,
          whileAsking: async (work) => {
            const goOn = activity.pause();
            return budget.pause(work).finally(goOn);
          },
        })
      : undefined,
    stderr,
  };
}
