import type { Edges } from '../edges.ts';
import { isUnattended } from '../environment.ts';
import { CliError, isCliError } from '../errors.ts';
import { type IncomingText, type TextKind, textProblem, tidied } from '../incoming-text.ts';
import type { Palette } from '../output/colour.ts';
import { isTerminalSafe, terminalSafe } from '../output/terminal-text.ts';
import { wrapped } from '../output/wrapped.ts';
import type { ChoiceQuestion } from './choices.ts';

/** Asks a person on the terminal, on stderr, so that a captured stdout holds data only. Questions are made terminal-safe here. Ctrl-C and Ctrl-D throw `interrupted`. */
export interface Prompter {
  readonly text: (question: TextQuestion) => Promise<string>;
  /** Asks without showing what is typed. */
  readonly secret: (message: string) => Promise<string>;
  readonly confirm: (message: string, defaultAnswer: boolean) => Promise<boolean>;
  /** Lets one of several things be chosen. Esc leaves it too, and throws `interrupted`. */
  readonly choose: <T>(question: ChoiceQuestion<T>) => Promise<T>;
}

export interface TextQuestion {
  readonly message: string;
  /** What the answer is: it is tidied before it is looked at. */
  readonly kind: TextKind;
  readonly default?: string | undefined;
  /** What is wrong with an answer, in words; undefined accepts it. */
  readonly problem?: ((answer: string) => string | undefined) | undefined;
}

/**
 * The one predicate: whether a person is there to be asked. Standard output may be captured (`id=$(flowkiwi org create)`),
 * because questions are asked on standard error.
 */
export function canAsk(
  edges: Pick<Edges, 'stdin' | 'stderr' | 'env'>,
  options: { readonly input: boolean; readonly json: boolean },
): boolean {
  const { stdin, stderr, env } = edges;
  return options.input && !options.json && !isUnattended(env) && stdin.isTerminal && stderr.isTerminal;
}

export interface PrompterOptions {
  readonly palette: () => Palette;
  /** Told what was taken off an answer. */
  readonly onChange: (change: IncomingText) => Promise<void>;
  /** Called with the work of each question. */
  readonly whileAsking: <T>(work: () => Promise<T>) => Promise<T>;
}

export function createPrompter(
  { stdin, stderr, clock, interruption }: Pick<Edges, 'stdin' | 'stderr' | 'clock' | 'interruption'>,
  { palette, onChange, whileAsking }: PrompterOptions,
): Prompter {
  async function ask<T>(
    prompt: (prompts: typeof import('./questions.ts'), options: PromptOptions) => Promise<T>,
    { leavesOnEscape = false } = {},
  ): Promise<T> {
    const [prompts, { refusingLines }] = await Promise.all([import('./questions.ts'), import('./pasted-lines.ts')]);
    const { stream } = stdin;
    const left = new AbortController();
    // Ctrl-D, or a terminal that hangs up, closes the line; the library would wait on for an answer. A line that closes after
    // its answer changes nothing: the prompt is over by the next turn. After Ctrl-Z and fg the line is paused too, but open.
    const onPaused = () =>
      void setImmediate(() => {
        if (isRaw(stream)) stream.resume();
        else left.abort();
      });
    const onClosed = () => left.abort();
    const onKey = (_: unknown, { name }: { readonly name?: string }) => {
      if (leavesOnEscape && name === 'escape') left.abort();
    };
    stream.on('pause', onPaused).on('close', onClosed).on('keypress', onKey);
    try {
      return await whileAsking(() =>
        refusingLines({ input: stream, output: stderr.stream, clock }, (refused) => {
          const signal = AbortSignal.any([interruption, left.signal, refused]);
          return prompt(prompts, { input: stream, output: stderr.stream, signal });
        }),
      );
    } catch (error) {
      interruption.throwIfAborted();
      // Ctrl-C is a key in the raw mode of a prompt, not a signal.
      if (isCliError(error)) throw error;
      const isLeft = left.signal.aborted || (error instanceof Error && error.name === 'ExitPromptError');
      if (!isLeft) throw error;
      throw (await stdin.isClosed()) ? new CliError('hangup', 'the terminal was closed') : new CliError('interrupted', 'interrupted');
    } finally {
      stream.off('pause', onPaused).off('close', onClosed).off('keypress', onKey);
    }
  }

  const look = () => promptTheme(palette());
  return {
    text: async ({ message, kind, default: suggestion, problem }) => {
      const typed = await ask(({ input }, options) => {
        const validate = async (value: string) => {
          const { text } = tidied(kind, value, '');
          const reason = textProblem(kind, text);
          const said = reason === undefined ? problem?.(text) : `The answer ${reason}`;
          return said === undefined ? true : (await wrapped(terminalSafe(said), columnsOf(stderr) - ERROR_MARK.length)).join('\n');
        };
        // Enter takes what is shown: a default that would be shown as something else is none.
        const offered = suggestion !== undefined && isTerminalSafe(suggestion) && { default: suggestion };
        return input({ message: terminalSafe(message), ...offered, validate, theme: look() }, options);
      });
      const answer = tidied(kind, typed, 'the answer');
      await onChange(answer);
      return answer.text;
    },
    secret: (message) =>
      ask(({ password }, options) => {
        const theme = look();
        const style = { ...theme.style, maskedText: '' };
        // By default a key shows what was typed.
        return password({ message: terminalSafe(message), mask: false, toggleMask: false, theme: { ...theme, style } }, options);
      }),
    confirm: (message, defaultAnswer) =>
      ask(({ confirm }, options) => confirm({ message: terminalSafe(message), default: defaultAnswer, theme: look() }, options)),
    choose: async (question) => {
      const { choose } = await import('./choices.ts');
      const surroundings = { columns: columnsOf(stderr), rows: rowsOf(stderr.stream), clock, theme: look(), dim: palette().dim };
      return ask((_, options) => choose(question, surroundings, options), { leavesOnEscape: true });
    },
  };
}

const ERROR_MARK = '> ';

/** A terminal that does not tell its size. */
const USUAL = { columns: 80, rows: 24 };

function columnsOf({ columns }: Pick<Edges['stderr'], 'columns'>): number {
  return columns ?? USUAL.columns;
}

function rowsOf(stream: NodeJS.WritableStream): number {
  return ('rows' in stream && typeof stream.rows === 'number' && stream.rows) || USUAL.rows;
}

/** Whether the terminal gives each key at once, as it does while somebody is asked. */
function isRaw(stream: NodeJS.ReadableStream): boolean {
  return 'isRaw' in stream && stream.isRaw === true;
}

interface PromptOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** How questions look: in the colours of everything else that is said on standard error, or in none. */
function promptTheme({ id, success, command, error, dim }: Palette) {
  return {
    prefix: { idle: id('?'), done: success('✔') },
    style: {
      message: (text: string) => command(text),
      answer: id,
      error: (text: string) => error(ERROR_MARK + text),
      defaultAnswer: (text: string) => dim(`(${text})`),
      help: dim,
      highlight: id,
      key: (text: string) => command(`<${text}>`),
    },
  };
}
