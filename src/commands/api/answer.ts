import { STATUS_CODES } from 'node:http';
import type { Context } from '../../context/context.ts';
import { parseExactly } from '../../exact-json.ts';
import type { HttpResponse } from '../../http/client.ts';
import { readJson } from '../../http/problem.ts';
import type { BareOperation } from '../../identity/operation.ts';
import type { Pager } from '../../identity/pages.ts';
import type { Printer } from '../../output/printer.ts';
import { terminalSafe } from '../../output/terminal-text.ts';
import { isRecord } from '../../record.ts';
import type { Result } from '../kit/result.ts';
import { printRow, printRows } from './rows.ts';

interface Answer {
  readonly operation: BareOperation;
  readonly response: HttpResponse;
  readonly pager: Pager;
  /** Whether the status line and the headers are wanted too. */
  readonly include: boolean;
}

/** The answer as the options want it: unchanged, or as data in one of the forms of every command. */
export function answerResult(context: Context, { operation, response, pager, include }: Answer): Result {
  const { action, request, creates } = operation;
  const { format, fields } = context.options;
  const isBare = format === undefined && fields === undefined;
  const head = include ? headOf(response, context.edges.stdout.isTerminal) : '';
  const isReadable = response.unreadable === undefined;
  if (isReadable && response.body === '') {
    return { success: `${action}: done (status ${response.status})`, print: (printer) => printer.raw(head === '' ? [] : [head]) };
  }
  const resourceIn = (data: unknown) => (isRecord(data) && pager.items(data, request) === undefined ? data : undefined);
  if (isReadable && isBare) return { ...asItIs(context, response, head), resource: () => resourceIn(parseExactly(response.body)) };
  // A create that has succeeded is not repeated because its answer cannot be read.
  const data = readJson(response, creates, parseExactly);
  return { print: (printer) => printData(context, printer, data, pager.items(data, request)), resource: () => resourceIn(data) };
}

function asItIs(context: Context, response: HttpResponse, head: string): Result {
  const bytes = response.bytes ?? Buffer.from(response.body);
  if (!context.edges.stdout.isTerminal) return { print: (printer) => printer.raw([head, bytes]) };
  const json = parseExactly(response.body);
  if (json !== undefined) {
    return {
      print: async (printer) => {
        await printer.raw([head]);
        await printer.json(json);
      },
    };
  }
  const text = terminalText(response);
  if (text !== undefined) return { print: (printer) => printer.raw([head, text]) };
  const type = response.headers['content-type'] ?? 'unknown type';
  return {
    success: `the answer is ${bytes.length} bytes of ${type}: send it to a file or a pipe`,
    print: (printer) => printer.raw([head]),
  };
}

/** Prints an answer, whose `items` are given when it is a list. */
async function printData(context: Context, printer: Printer, data: unknown, items: readonly unknown[] | undefined): Promise<void> {
  const { format, fields } = context.options;
  if (fields === undefined && (format === 'json' || format === 'yaml')) return printer.value(data, []);
  if (items) return printRows(context, printer, each(items));
  return printRow(context, printer, isRecord(data) ? data : { value: data });
}

async function* each(items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}

/** Text line by line, all of it harmless; undefined for what is not text. */
function terminalText({ body }: HttpResponse): string | undefined {
  if (/[\0\ufffd]/.test(body)) return undefined;
  return `${body
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(terminalSafe)
    .join('\n')}\n`;
}

/** Status line and headers, and an empty line, as they came or as a terminal can show them. */
function headOf({ status, headers }: HttpResponse, isTerminal: boolean): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
  ];
  return isTerminal ? lines.map((line) => `${terminalSafe(line)}\n`).join('') : lines.map((line) => `${line}\r\n`).join('');
}
