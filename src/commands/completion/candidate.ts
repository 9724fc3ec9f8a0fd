/** A word that may come next. */
export interface Candidate {
  readonly value: string;
  /** What it is, in a few words; empty when the value says it. */
  readonly description: string;
}
