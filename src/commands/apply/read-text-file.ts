import { existsSync, readFileSync } from 'node:fs';
import { decodedText } from '../../decoded-text.ts';

/** What is in the file of that name; undefined where there is none, and so it is something else that was given. Throws `usage` for one that is not text. */
export function readTextFile(path: string): string | undefined {
  return existsSync(path) ? decodedText(readFileSync(path), path) : undefined;
}
