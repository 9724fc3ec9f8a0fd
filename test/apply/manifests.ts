import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Customer } from '../../src/apply/customer.ts';
import { type ColumnNames, parseColumnNames } from '../../src/apply/manifest/columns.ts';
import { formatOf } from '../../src/apply/manifest/format.ts';
import { checkManifest, type Manifest } from '../../src/apply/manifest/manifest.ts';
import { openManifestFile } from '../../src/apply/manifest/open-file.ts';
import { type RowSource, rowSource } from '../../src/apply/manifest/row-source.ts';
import { isCliError } from '../../src/errors.ts';

export interface ReadOptions {
  readonly map?: string;
  readonly groupByName?: boolean;
}

/** What is thrown in place of a manifest: `3:5 what is wrong`, one for each problem. */
export type Problem = string;

const NO_INPUT = { stdin: Readable.from([]), signal: new AbortController().signal };

/** Does something with the rows of a file that has this content. */
export async function withSource<T>(
  name: string,
  content: string | Uint8Array,
  use: (source: RowSource) => Promise<T>,
  map?: string,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  try {
    writeFileSync(join(folder, name), content);
    return await withFile(join(folder, name), use, map);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same with a file that is there. */
export async function withFile<T>(path: string, use: (source: RowSource) => Promise<T>, map?: string): Promise<T> {
  const file = await openManifestFile(path, NO_INPUT);
  try {
    const mapped: ColumnNames = map === undefined ? {} : parseColumnNames([map]);
    return await use(await rowSource({ ...file, name: basename(path) }, formatOf(path, undefined), mapped));
  } finally {
    await file.close();
  }
}

/** Does something with a manifest that has this content. */
export function withManifest<T>(
  name: string,
  content: string | Uint8Array,
  use: (manifest: Manifest) => Promise<T>,
  options: ReadOptions = {},
): Promise<T> {
  const check = async (source: RowSource) => use(await checkManifest(source, { groupByName: options.groupByName ?? false }));
  return withSource(name, content, check, options.map);
}

/** All values, in an array. */
export async function allOf<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** The customers of a manifest. */
export function customersIn(name: string, content: string | Uint8Array, options: ReadOptions = {}): Promise<readonly Customer[]> {
  return withManifest(name, content, (manifest) => allOf(manifest.customers()), options);
}

/** A customer in a line: `key|name: instance=handle instance=handle`. */
export function inLine({ key, name, id, isUnknown, instances }: Customer): string {
  const about = [key === name ? key : `${key}|${name}`, ...(id === undefined ? [] : [`#${id}`]), ...(isUnknown ? ['?'] : [])].join(' ');
  return [about, ...instances.map((one) => `${one.name}=${one.handle}${one.id === undefined ? '' : `#${one.id}`}`)].join('; ');
}

/** What is wrong with a manifest; none where nothing is. */
export async function problemsIn(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (!isCliError(error)) throw error;
    return error.violations.map(({ field, message }) => `${field.replace(/^[^:]*:/, '')} ${message}`.trim());
  }
}
