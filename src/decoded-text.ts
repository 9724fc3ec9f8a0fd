import { CliError } from './errors.ts';

/**
 * The text that bytes from outside stand for: UTF-8, or UTF-16 where a byte order mark says so, as Windows PowerShell writes it. The mark is no
 * part of the text. Throws `usage` for anything else, naming `source`: a replacement character in place of a letter would be stored.
 */
export function decodedText(bytes: Uint8Array, source: string): string {
  const text = decoded(bytes);
  if (text !== undefined) return text;
  throw new CliError('usage', `${source} is not UTF-8 text`, { hint: 'save it as UTF-8, or as UTF-16 with a byte order mark' });
}

/** The same, for those who have words of their own: undefined for what is not text. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same with a replacement character for what is not text, for lines of which each is judged by itself. */
export function decodedLeniently(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** What the beginning of a text says of the rest. */
export function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
