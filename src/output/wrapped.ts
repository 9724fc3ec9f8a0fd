import { rulerFor } from './table.ts';

/** A text in lines of at most `columns`, broken between words; a word that is longer stays whole. Takes a text that is terminal-safe. */
export async function wrapped(text: string, columns: number): Promise<readonly string[]> {
  const ruler = await rulerFor([text]);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const joined = `${last} ${word}`;
    if (last !== undefined && ruler.width(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}
