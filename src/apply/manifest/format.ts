import { extname } from 'node:path';
import { CliError } from '../../errors.ts';
import type { ManifestFormat } from './format-names.ts';

const BY_EXTENSION: Readonly<Record<string, ManifestFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
};

/** The format that was named, else that of the extension. Throws `usage` where neither says. */
export function formatOf(path: string, named: ManifestFormat | undefined): ManifestFormat {
  const format = named ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  const spreadsheet = /\.(?:xlsx?|ods|numbers)$/i.test(path);
  throw new CliError('usage', path === '-' ? 'the format of standard input is not known' : `the format of ${path} is not known`, {
    hint: spreadsheet ? 'save the sheet as CSV (UTF-8)' : 'add --format csv, jsonl, yaml or json',
  });
}
