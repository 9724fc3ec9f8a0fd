/** One row of a manifest as it came. An instance of YAML or nested JSON is a row too, with the fields of a flat one. */
export interface ManifestRow {
  /** Counts from 1, without the header. */
  readonly number: number;
  /** Where it begins in the file; both count from 1. */
  readonly line: number;
  readonly column: number;
  /** By the names that the file has for its columns, in their order. */
  readonly fields: Readonly<Record<string, string>>;
}

/** An instance that a manifest wants to be there. */
export interface ManifestInstance {
  readonly name: string;
  readonly handle: string;
  /** Of an instance that is there, as a results file knows it. */
  readonly id?: string;
  readonly row: ManifestRow;
}

/** An organization that a manifest wants to be there, with its instances. */
export interface Customer {
  /** Who it is from one run to the next: its `key`, else its name in NFC. */
  readonly key: string;
  readonly name: string;
  /** Of an organization that is there already. */
  readonly id?: string;
  /** A results file says that the create of its organization had no answer. */
  readonly isUnknown?: true;
  /** One for each row; none only where the customer is a single row without an instance. */
  readonly instances: readonly ManifestInstance[];
  /** Its first row. */
  readonly row: ManifestRow;
}

/** How many rows of its manifest a customer stands in. */
export function rowCount({ instances }: Customer): number {
  return Math.max(1, instances.length);
}
