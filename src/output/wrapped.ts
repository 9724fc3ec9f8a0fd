import { type Paragraph, paragraphLine } from './paragraph.ts';
import { rulerFor } from './table.ts';

/** Before what goes on, so that no word of a server begins a line as ours do. */
const GOES_ON = '  ';

/**
 * A paragraph in lines of at most `columns`, broken between words. A command line stays whole, on a line of its own where it does not fit behind the
 * words: it is there to be copied, and the terminal may break it.
 */
export async function paragraphLines({ label, indent, said, command }: Paragraph, columns: number): Promise<readonly string[]> {
  const words = paragraphLine({
    label,
    indent: '',
    said: said !== undefined && command !== undefined ? `${said}:` : said,
    command: undefined,
  });
  const lines = (await wrapped(words, columns - indent.length, GOES_ON)).map((line) => indent + line);
  if (command === undefined) return lines;
  const last = `${lines.at(-1)} ${command}`;
  return (await rulerFor([last])).width(last) <= columns ? [...lines.slice(0, -1), last] : [...lines, GOES_ON + command];
}

/**
 * A text in lines of at most `columns`, broken between words, all but the first with `before` in front; a word that is longer stays whole. Takes a
 * text that is terminal-safe.
 */
export async function wrapped(text: string, columns: number, before = ''): Promise<readonly string[]> {
  const ruler = await rulerFor([text]);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const joined = `${last} ${word}`;
    if (last !== undefined && ruler.width(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(last === undefined ? word : before + word);
  }
  return lines;
}
