import type { Edges, Environment } from '../edges.ts';
import { CliError } from '../errors.ts';

/** Asks a person on the terminal, on stderr, so that a captured stdout holds data only. Ctrl-C throws `interrupted`. */
export interface Prompter {
  readonly text: (question: TextQuestion) => Promise<string>;
  /** Asks without showing what is typed. */
  readonly secret: (message: string) => Promise<string>;
  readonly confirm: (message: string, defaultAnswer: boolean) => Promise<boolean>;
}

export interface TextQuestion {
  readonly message: string;
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
  return options.input && !options.json && !isSet(env, 'FLOWKIWI_NO_INPUT') && !isSet(env, 'CI') && stdin.isTerminal && stderr.isTerminal;
}

/** Whether a yes-or-no variable of the environment says yes. */
export function isSet(env: Environment, name: string): boolean {
  return !['', '0', 'false', 'no'].includes((env[name] ?? '').toLowerCase());
}

export function createPrompter({ stdin, stderr, interruption }: Pick<Edges, 'stdin' | 'stderr' | 'interruption'>): Prompter {
  async function ask<T>(prompt: (prompts: typeof import('@inquirer/prompts'), options: PromptOptions) => Promise<T>): Promise<T> {
    const prompts = await import('@inquirer/prompts');
    try {
      return await prompt(prompts, { input: stdin.stream, output: stderr.stream, signal: interruption });
    } catch (error) {
      interruption.throwIfAborted();
      // Ctrl-C is a key in the raw mode of a prompt, not a signal.
      if (error instanceof Error && error.name === 'ExitPromptError') throw new CliError('interrupted', 'interrupted');
      throw error;
    }
  }

  return {
    text: ({ message, default: answer, problem }) =>
      ask(({ input }, options) =>
        input({ message, ...(answer !== undefined && { default: answer }), validate: (value) => problem?.(value) ?? true }, options),
      ),
    secret: (message) => ask(({ password }, options) => password({ message, mask: false }, options)),
    confirm: (message, defaultAnswer) => ask(({ confirm }, options) => confirm({ message, default: defaultAnswer }, options)),
  };
}

interface PromptOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}
