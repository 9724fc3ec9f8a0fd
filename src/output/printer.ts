import type { Clock, Output } from '../edges.ts';
import { CliError } from '../errors.ts';
import { once } from '../once.ts';
import { orderedRecord } from '../ordered-record.ts';
import { memberOf } from '../record.ts';
import { type ColourLevel, createPalette, type Style } from './colour.ts';
import { jsonArray, jsonText } from './json.ts';
import { paintedJson } from './json-colour.ts';
import { recordText, tableLines, tsvRow } from './table.ts';
import { terminalSafe } from './terminal-text.ts';
import { cellText, type Field, selectFields, type View } from './view.ts';

export type OutputFormat = 'table' | 'json' | 'yaml' | 'tsv' | 'csv' | 'id';

export interface PrinterOptions {
  readonly stdout: Output;
  readonly clock: Pick<Clock, 'now'>;
  /** undefined = a table on a terminal, TSV otherwise. */
  readonly format: OutputFormat | undefined;
  /** Names given with `--fields`, in their order; undefined = the view's own choice. */
  readonly fields: readonly string[] | undefined;
  /** Names of fields that are wanted elsewhere, in outputs of a step; `check` is told. */
  readonly outputs?: readonly string[];
  readonly colour: ColourLevel;
  /** Of JSON, which programs read. */
  readonly jsonColour?: ColourLevel;
}

/** The one writer of stdout. Every text it is given may come from a server; none reaches the terminal unescaped. */
export interface Printer {
  /** Throws `usage` when `--fields` or an output names a field that the view does not have. To be called before a command changes anything. */
  readonly check: <T>(view: View<T>) => void;
  /** One resource. */
  readonly record: <T>(view: View<T>, value: T) => Promise<void>;
  /**
   * Resources as they come; no more are pulled once stdout is closed. JSON, which nobody can use in part, comes when it is whole. An error of
   * the source is thrown on: of JSON nothing has been written then, unless it is so large that it does not wait.
   */
  readonly list: <T>(view: View<T>, values: Iterable<T> | AsyncIterable<T>) => Promise<void>;
  /** Anything that is not a resource: `data` as JSON or YAML, otherwise the lines, perhaps dimmed, each as one. `--fields` does not apply. */
  readonly value: (data: unknown, lines: readonly string[], look?: 'plain' | 'dim') => Promise<void>;
  /** One JSON value, whatever the format. */
  readonly json: (data: unknown) => Promise<void>;
  /** Values as one JSON array, whatever the format, each written as it comes. */
  readonly jsonArray: (values: AsyncIterable<unknown>) => Promise<void>;
  /** One JSON value in one line, whatever the format: an event of many. */
  readonly jsonLine: (data: unknown) => Promise<void>;
  /** Exactly these, piece by piece, whatever the format. The caller has made them fit for a terminal when stdout is one. */
  readonly raw: (pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>) => Promise<void>;
}

export function createPrinter(options: PrinterOptions): Printer {
  const { stdout, clock, fields: names } = options;
  const format = options.format ?? (stdout.isTerminal ? 'table' : 'tsv');
  const style = stdout.isTerminal ? 'indented' : 'compact';
  const jsonPalette = once(() => (options.jsonColour ? createPalette(options.jsonColour) : undefined));
  const paint: Style = (json) => paintedJson(json, jsonPalette());
  const json = (data: unknown) => stdout.write(`${paint(jsonText(data, style))}\n`);
  const selected = <T>(view: View<T>): readonly Field<T>[] | undefined => (names === undefined ? undefined : selectFields(view, names));
  const columnsOf = <T>(view: View<T>): readonly Field<T>[] => selected(view) ?? view.fields.filter((field) => field.table);
  const drawn = async <T>(fields: readonly Field<T>[]): Promise<readonly Field<T>[]> => {
    if (!stdout.isTerminal || !fields.some(({ isTime }) => isTime)) return fields;
    return (await import('./relative-time.ts')).withRelativeTimes(fields, clock.now);
  };

  return {
    check: (view) => {
      selected(view);
      if (options.outputs?.length) checkOutputs(selectFields(view, options.outputs));
    },

    record: async (view, value) => {
      switch (format) {
        case 'json':
          return json(resourceData(view, selected(view), value));
        case 'yaml':
          return stdout.write((await import('./yaml.ts')).yamlText(resourceData(view, selected(view), value)));
        case 'id':
          return stdout.write(idLine(view, value));
        case 'tsv':
          return stdout.write(row(columnsOf(view), value));
        case 'csv':
          return writeAll(stdout, csvLines(columnsOf(view), [value]));
        case 'table':
          return stdout.write(recordText(await drawn(selected(view) ?? view.fields), value, createPalette(options.colour)));
      }
    },

    list: async (view, values) => {
      switch (format) {
        case 'json':
          return writeWhole(stdout, jsonArray(map(values, dataOf(view, selected(view))), style, paint));
        case 'yaml':
          return writeAll(stdout, (await import('./yaml.ts')).yamlSequence(map(values, dataOf(view, selected(view)))));
        case 'id':
          return writeAll(
            stdout,
            map(values, (value) => idLine(view, value)),
          );
        case 'tsv': {
          const columns = columnsOf(view);
          return writeAll(
            stdout,
            map(values, (value) => row(columns, value)),
          );
        }
        case 'csv':
          return writeAll(stdout, csvLines(columnsOf(view), values));
        case 'table': {
          const columns = await drawn(columnsOf(view));
          const width = stdout.isTerminal ? stdout.columns : undefined;
          return writeAll(
            stdout,
            tableLines(columns, values, { columns: width, palette: createPalette(options.colour), mayOmit: names === undefined }),
          );
        }
      }
    },

    json,
    jsonArray: (values) => writeAll(stdout, jsonArray(values, style, paint)),
    jsonLine: (data) => stdout.write(`${paint(jsonText(data, 'compact'))}\n`),
    raw: (pieces) => writeAll(stdout, pieces),

    value: async (data, lines, look = 'plain') => {
      if (format === 'json') return json(data);
      if (format === 'yaml') return stdout.write((await import('./yaml.ts')).yamlText(data));
      if (lines.length === 0) return;
      const paint: Style = look === 'dim' ? createPalette(options.colour).dim : (line) => line;
      await stdout.write(`${lines.map((line) => paint(terminalSafe(line))).join('\n')}\n`);
    },
  };
}

function checkOutputs(fields: readonly { readonly name: string; readonly isSecret?: boolean }[]): void {
  const secret = fields.find(({ isSecret }) => isSecret);
  if (secret === undefined) return;
  throw new CliError('usage', `${secret.name} is a secret, and the outputs of a step are shown in logs`, {
    hint: 'take it from the JSON, or name a file for it',
  });
}

/** A document longer than this, in UTF-16 units, is written as it comes. */
const WHOLE_UP_TO = 16 * 1024 * 1024;

/** Writes a document when it is whole, so that a source that fails leaves nothing of it. */
async function writeWhole(stdout: Output, pieces: AsyncIterable<string>): Promise<void> {
  if (stdout.isClosed()) return;
  let waiting: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < WHOLE_UP_TO) continue;
    await stdout.write(waiting.join(''));
    if (stdout.isClosed()) return;
    waiting = [];
  }
  await stdout.write(waiting.join(''));
}

async function writeAll(stdout: Output, pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Promise<void> {
  if (stdout.isClosed()) return;
  for await (const piece of pieces) {
    await stdout.write(piece);
    if (stdout.isClosed()) return;
  }
}

async function* map<T, R>(values: Iterable<T> | AsyncIterable<T>, change: (value: T) => R): AsyncGenerator<R> {
  for await (const value of values) yield change(value);
}

function dataOf<T>(view: View<T>, fields: readonly Field<T>[] | undefined): (value: T) => unknown {
  return (value) => resourceData(view, fields, value);
}

function resourceData<T>(view: View<T>, fields: readonly Field<T>[] | undefined, value: T): unknown {
  const json = view.json(value);
  return fields === undefined ? json : orderedRecord(fields.map(({ name }) => [name, memberOf(json, name) ?? null]));
}

/** A header with the names of the fields, which `--fields` takes, then a line for each value. */
async function* csvLines<T>(fields: readonly Field<T>[], values: Iterable<T> | AsyncIterable<T>): AsyncGenerator<string> {
  const { csvRow } = await import('./csv.ts');
  const header = csvRow(fields.map(({ name }) => name));
  let isFirst = true;
  for await (const value of values) {
    yield `${isFirst ? header : ''}${csvRow(fields.map((field) => cellText(field, value)))}`;
    isFirst = false;
  }
  if (isFirst) yield header;
}

function idLine<T>(view: View<T>, value: T): string {
  return `${terminalSafe(view.id(value))}\n`;
}

function row<T>(fields: readonly Field<T>[], value: T): string {
  return tsvRow(fields.map((field) => cellText(field, value)));
}
