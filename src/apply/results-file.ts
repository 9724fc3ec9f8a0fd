import { type FileHandle, open, realpath } from 'node:fs/promises';
import { extname } from 'node:path';
import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import type { RowSource } from './manifest/row-source.ts';
import { type RowResult, type RowsFormat, type RowsWriter, rowsWriter } from './results-rows.ts';

/** A file that gets rows as they are done. */
export interface ResultsFile {
  /** Throws the file-system error. */
  readonly add: (result: RowResult) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Characters that wait to be written together. */
const WAITING = 64 * 1024;

/**
 * Begins a results file, in place of one that is there. `flag` names it in errors. Throws `usage` for a name without a format, for the
 * manifest itself and for a place that cannot be written; nothing has been sent then.
 */
export async function createResultsFile(path: string, flag: string, source: RowSource): Promise<ResultsFile> {
  const writer = rowsWriter(rowsFormatOf(path, flag), source);
  if (await isSameFile(path, source.path)) {
    throw new CliError('usage', `${flag}: ${path} is the manifest itself`, {
      hint: 'name another file; it can be the manifest of the next run',
    });
  }
  return appended(await openToWrite(path, flag), writer);
}

function appended(file: FileHandle, writer: RowsWriter): ResultsFile {
  let waiting = writer.header;
  const flush = async () => {
    const text = waiting;
    waiting = '';
    await file.write(text);
  };
  return {
    add: async (result) => {
      waiting += writer.row(result);
      if (waiting.length >= WAITING) await flush();
    },
    close: async () => {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}

function rowsFormatOf(path: string, flag: string): RowsFormat {
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return 'csv';
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl';
  throw new CliError('usage', `${flag}: the format of ${JSON.stringify(path)} is not known`, {
    hint: 'give it a name that ends with .csv or .jsonl',
  });
}

async function isSameFile(path: string, manifest: string): Promise<boolean> {
  try {
    return manifest !== '-' && (await realpath(path)) === (await realpath(manifest));
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/** Names of customers are nobody else's business. */
async function openToWrite(path: string, flag: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CliError('usage', `${flag}: ${JSON.stringify(path)} cannot be written (${String(error.code)})`, {
      hint: 'name another file',
      cause: error,
    });
  }
}
