import type { Output } from '../edges.ts';
import type { CliError } from '../errors.ts';
import type { CommandLine, Help } from '../hint.ts';
import type { IncomingText } from '../incoming-text.ts';
import { type ColourLevel, createPalette } from './colour.ts';
import { type CommandText, commandText, hintParts, hintText } from './command-text.ts';
import { jsonText } from './json.ts';
import { paragraphLine } from './paragraph.ts';
import { isNarrow } from './ruler.ts';
import { terminalSafe } from './terminal-text.ts';

export interface MessagesOptions {
  readonly stderr: Output;
  readonly colour: ColourLevel;
  /** stderr is one line of JSON on failure and empty otherwise, but for alerts: everything else is silent. */
  readonly json: boolean;
  /** Only warnings and errors are shown. */
  readonly quiet: boolean;
  /** How a command line that is suggested is written. */
  readonly commands: CommandText;
}

/** Everything that is said to a person beside the data. Each text is one line and is made terminal-safe here. */
export interface Messages {
  /** What was done: the thing and its id. */
  readonly success: (text: string) => Promise<void>;
  /** The next useful command; nothing when it cannot be suggested. */
  readonly next: (command: CommandLine) => Promise<void>;
  /** Something to know. */
  readonly notice: (text: Help) => Promise<void>;
  /** Something to look into. */
  readonly warning: (text: Help) => Promise<void>;
  /** What was taken off a text that came in; nothing when nothing was. */
  readonly change: (change: Pick<IncomingText, 'notice' | 'warning'>) => Promise<void>;
  /** What a script has to know, too: a file that others can read or change, a list that is not the whole. Said as JSON as well: nobody watches scripts. */
  readonly alert: (text: Help) => Promise<void>;
  /** Lines that a person needs to go on, in every output format; of some of them what matters most. */
  readonly always: (lines: readonly (string | { readonly strong: string })[]) => Promise<void>;
  /** Why the command failed: the last thing it says. */
  readonly error: (error: CliError) => Promise<void>;
}

export function createMessages({ stderr, colour, json, quiet, commands }: MessagesOptions): Messages {
  const palette = createPalette(colour);
  const say = (line: string): Promise<void> => stderr.write(`${line}\n`);
  const warn = async (text: Help): Promise<void> => say(await paragraph(text, { label: 'warning:', style: palette.warning }));

  /** What is said, in one line; on a terminal that is too narrow for it, in lines that are broken between words. */
  async function paragraph(text: Help, { label = '', style = unstyled, indent = '' } = {}): Promise<string> {
    const [said, command] = Object.values(hintParts(text, commands)).map((part) => (part === undefined ? undefined : terminalSafe(part)));
    const whole = { label, indent, said, command };
    const line = paragraphLine(whole);
    const columns = stderr.isTerminal ? stderr.columns : undefined;
    const fits = columns === undefined || (line.length <= columns && isNarrow(line));
    const shown = fits ? line : (await (await import('./wrapped.ts')).paragraphLines(whole, columns)).join('\n');
    return style(label) + shown.slice(label.length);
  }
  const chatty = !json && !quiet;

  return {
    success: async (text) => {
      if (chatty) await say(palette.success(await paragraph(text)));
    },
    next: async (command) => {
      const text = chatty ? commandText(command, commands) : undefined;
      if (text !== undefined) await say(`${palette.dim('next:')} ${palette.command(terminalSafe(text))}`);
    },
    notice: async (text) => {
      if (chatty) await say(await paragraph(text));
    },
    warning: async (text) => {
      if (!json) await warn(text);
    },
    change: async ({ notice, warning }) => {
      if (notice !== undefined && chatty) await say(await paragraph(notice));
      if (warning !== undefined && !json) await warn(warning);
    },
    alert: async (text) => {
      await (json ? say(jsonText({ warning: { message: hintText(text, commands) ?? '' } }, 'compact')) : warn(text));
    },
    always: (lines) =>
      say(lines.map((line) => (typeof line === 'string' ? terminalSafe(line) : palette.command(terminalSafe(line.strong)))).join('\n')),
    error: async (error) => {
      if (json) return say(jsonText({ error: errorData(error, commands) }, 'compact'));
      const lines = [await paragraph(error.message, { label: 'error:', style: palette.error })];
      if (error.detail !== undefined && !isSaid(error.detail, error)) lines.push(await paragraph(error.detail, { indent: '  ' }));
      for (const { field, message } of error.violations) {
        lines.push(await paragraph(field === '' ? message : `${field}: ${message}`, { indent: '  ' }));
      }
      if (error.requestId !== undefined) lines.push(`  ${palette.dim('request id:')} ${terminalSafe(error.requestId)}`);
      if (error.hint !== undefined && hintText(error.hint, commands) !== undefined)
        lines.push(await paragraph(error.hint, { label: 'hint:', style: palette.dim }));
      await say(lines.join('\n'));
    },
  };
}

function unstyled(text: string): string {
  return text;
}

/** Whether the server's words are in our own already, or are nothing but a list of the violations. */
function isSaid(detail: string, { message, violations }: CliError): boolean {
  return message.includes(detail) || (violations.length > 0 && violations.every((violation) => detail.includes(violation.message)));
}

/** The value of `error` in a JSON error: always these eight keys. */
function errorData(error: CliError, commands: CommandText): Readonly<Record<string, unknown>> {
  return {
    code: error.code,
    message: error.message,
    detail: error.detail ?? null,
    hint: (error.hint === undefined ? undefined : hintText(error.hint, commands)) ?? null,
    status: error.status ?? null,
    violations: error.violations.map(({ field, message }) => ({ field, message })),
    request_id: error.requestId ?? null,
    retry_after: error.retryAfter ?? null,
  };
}
