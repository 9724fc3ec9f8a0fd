/** Why nothing is kept now: no room, another program that writes to the file, or a file that is ours no more. */
export type StoreFailureKind = 'full' | 'busy' | 'lost';

/** The sandbox cannot keep what it was told, and has undone it. Requests are answered with 503. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly kind: StoreFailureKind;
  readonly hint: string;

  constructor(kind: StoreFailureKind, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.hint = hint;
  }
}

/** What SQLite's own words mean for the sandbox; undefined for what is a mistake of ours. */
export function storeFailure(error: unknown): StoreFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof StoreFailure) return error;
  const { message } = error;
  if (/disk is full/.test(message)) {
    return new StoreFailure(
      'full',
      'the disk is full, so nothing more is kept',
      'make room on the disk; the sandbox goes on by itself then',
      error,
    );
  }
  if (/disk I\/O error/.test(message)) {
    return new StoreFailure('full', 'the data file cannot be written', 'look at the disk: it may be full, or failing', error);
  }
  if (/database (?:table )?is locked/.test(message)) {
    return new StoreFailure('busy', 'another program is writing to the data file', 'end its transaction', error);
  }
  if (/malformed|not a database|readonly database/.test(message)) {
    return new StoreFailure(
      'lost',
      'another program has written over the data file',
      'start the sandbox again with another --data FILE',
      error,
    );
  }
  return undefined;
}
