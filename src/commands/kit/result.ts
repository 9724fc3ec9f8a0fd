import type { CliError } from '../../errors.ts';
import type { CommandLine } from '../../hint.ts';
import type { Printer } from '../../output/printer.ts';
import type { View } from '../../output/view.ts';

/** What a command hands back to be printed: data for stdout, and words for the person on stderr. */
export interface Result {
  /** Writes the data; absent when there is none. */
  readonly print?: ((printer: Printer) => Promise<void>) | undefined;
  /** The members of the resource that is printed, where it is one; undefined when it turns out to be none. */
  readonly resource?: (() => Readonly<Record<string, unknown>> | undefined) | undefined;
  /** What was done: the thing and its id. */
  readonly success?: string | undefined;
  /** The next useful command. */
  readonly next?: CommandLine | undefined;
  /** Ends the command as a failure after everything is printed: a status that is known and bad. */
  readonly failure?: CliError | undefined;
  /** Exit status of another program that was run, which becomes that of the command. */
  readonly exitStatus?: number | undefined;
}

type Words = Omit<Result, 'print'>;

/** One resource. */
export function recordResult<T>(view: View<T>, value: T, words: Words = {}): Result {
  return { ...words, print: (printer) => printer.record(view, value), resource: () => view.json(value) };
}

/** Resources as they come. */
export function listResult<T>(view: View<T>, values: Iterable<T> | AsyncIterable<T>, words: Words = {}): Result {
  return { ...words, print: (printer) => printer.list(view, values) };
}

/** Anything else: `data` for the formats that scripts read, lines for the others. */
export function valueResult(data: unknown, lines: readonly string[], words: Words = {}): Result {
  return { ...words, print: (printer) => printer.value(data, lines) };
}

/** The same for a text of our own, whose line ends are its layout. */
export function textResult(data: unknown, text: string): Result {
  return valueResult(data, text.replace(/\n$/, '').split('\n'));
}

/** A resource within a sentence: its name, where it has one, and its id. */
export function nameAndId({ id, name }: { readonly id: string; readonly name: string | null }): string {
  return name === null || name === '' ? id : `${name} (${id})`;
}

/** What is gone: `{"id", "name", "deleted": true}` for scripts, a sentence for a person. */
export function deletedResult(
  kind: string,
  resource: { readonly id: string; readonly name: string | null },
  words: Pick<Words, 'next'> = {},
): Result {
  const { id, name } = resource;
  return valueResult({ id, name, deleted: true }, [], { ...words, success: `Deleted ${kind} ${nameAndId(resource)}` });
}
