import { entryRows, type PlaceOf } from './entry-rows.ts';
import type { ManifestFile } from './manifest-file.ts';
import type { Place, Problems } from './problems.ts';
import type { RawRow } from './row.ts';
import { manifestSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

/** Characters, and rows, of a manifest that is read whole. */
const LONGEST = 16 * 1024 * 1024;
const MOST_ROWS = 10_000;

/** A document that has been read: its value, and where the parts of it stand. */
export interface ReadDocument {
  readonly value: unknown;
  /** The place of a value, or of the nearest around it that there is. */
  readonly placeOf: PlaceOf;
}

/** Reads a text; what is wrong with it is a problem, and gives undefined. */
export type DocumentReader = (text: string, problems: Problems) => ReadDocument | undefined;

const START: Place = { line: 1, column: 1 };

/** The rows of a manifest in YAML or JSON, which is read whole. None where there are problems. */
export async function documentRows(file: ManifestFile, read: DocumentReader, problems: Problems): Promise<readonly RawRow[]> {
  const text = await wholeText(file);
  if (text === undefined) {
    problems.add(START, `the manifest is larger than ${LONGEST / 1024 / 1024} MiB, and this format is read whole`, IN_CSV);
    return [];
  }
  const document = read(text, problems);
  if (document === undefined) return [];
  const { value, placeOf } = document;
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const found = schemaProblems(parsed.error.issues, value).map(({ path, message }) => ({ place: placeOf(path), message }));
    found.sort(({ place: a }, { place: b }) => a.line - b.line || a.column - b.column);
    for (const { place, message } of found) problems.add(place, message);
    return [];
  }
  const rows: RawRow[] = [];
  for (const [at, organization] of parsed.data.organizations.entries()) {
    for (const row of entryRows(organization, at + 1, rows.length + 1, (path) => placeOf(['organizations', at, ...path]))) rows.push(row);
    if (rows.length > MOST_ROWS) {
      problems.add(
        placeOf(['organizations', at]),
        `there are more than ${MOST_ROWS.toLocaleString('en-US')} rows, and this format is read whole`,
        IN_CSV,
      );
      return [];
    }
  }
  return rows;
}

const IN_CSV = 'write it as CSV or JSON Lines, which are read row by row';

async function wholeText(file: ManifestFile): Promise<string | undefined> {
  const pieces: string[] = [];
  let length = 0;
  for await (const piece of file.text()) {
    length += piece.length;
    if (length > LONGEST) return undefined;
    pieces.push(piece);
  }
  return pieces.join('');
}
