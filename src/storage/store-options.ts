import type { Clock } from '../edges.ts';

/** Where the files of a user are, and what they need from outside. */
export interface StoreOptions {
  /** Folder of the files; made (0700) when something is first written. */
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** Told of what was wrong with a file and is repaired. */
  readonly warn: (message: string) => void;
}
