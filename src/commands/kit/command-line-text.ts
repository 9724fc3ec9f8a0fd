import { CliError } from '../../errors.ts';
import { type IncomingText, incomingText, type TextKind } from '../../incoming-text.ts';
import type { Command } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { optionName } from './option.ts';

/** What stands in a command line, fit for use, and what was done to it. */
export interface CommandLineText {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly args: readonly (string | undefined)[];
  readonly changes: readonly IncomingText[];
}

/**
 * Takes what the parser read through the door for text, each argument and option by its kind. What stands after `--` is another program's, and
 * stays. Throws `usage` as `incomingText` does, and for an argument that is empty. Pure.
 */
export function commandLineText(
  command: Pick<Command, 'arguments' | 'options' | 'program'>,
  raw: Readonly<Record<string, unknown>>,
  args: readonly (string | undefined)[],
): CommandLineText {
  const changes: IncomingText[] = [];
  const incoming = (kind: TextKind, text: string, source: string): string => {
    const change = incomingText(kind, text, source);
    changes.push(change);
    return change.text;
  };
  const values = { ...raw };
  for (const option of [...GLOBAL_OPTIONS, ...Object.values(command.options)]) {
    const { kind, attribute } = option;
    const value = raw[attribute];
    if (kind === undefined) continue;
    const read = (one: unknown) => (typeof one === 'string' ? incoming(kind, one, optionName(option)) : one);
    if (value !== undefined) values[attribute] = Array.isArray(value) ? value.map(read) : read(value);
  }
  const words = command.program
    ? args
    : args.map((word, index) => {
        const argument = command.arguments[index];
        if (word === undefined || argument === undefined) return word;
        const name = argument.name.toUpperCase();
        const text = incoming(argument.kind, word, name);
        if (text !== '') return text;
        throw new CliError('usage', `${name} is empty`, {
          hint: 'a variable may be empty where the value should be; --help shows how it is given',
        });
      });
  return { raw: values, args: words, changes };
}
