import { Help } from 'commander';

/** A line of two columns: what it is about, and what is said of it. */
const TWO_COLUMNS = /^( +\S.* {2,})(\S.*)$/;
/** The second column begins further left than this, or beneath the first. */
const RIGHTMOST = 44;
const filler = Object.assign(new Help(), { minWidthToWrap: 20 });

/**
 * A text of the manual in lines of `columns`: paragraphs, and the second columns of lists with the lines that continue them, are filled. A command
 * line on a line of its own stays whole. Pure.
 */
export function reflow(text: string, columns: number): string {
  const lines: string[] = [];
  const source = text.split('\n');
  for (let index = 0; index < source.length; ) {
    const line = source[index] ?? '';
    const [, term = '', first] = TWO_COLUMNS.exec(line) ?? [];
    const indent = term.length;
    const belongs = (next: string) => next !== '' && (first === undefined ? isParagraph(next) : next.startsWith(' '.repeat(indent)));
    if (first === undefined && !isParagraph(line)) {
      lines.push(line);
      index += 1;
      continue;
    }
    const words = [first ?? line];
    for (index += 1; index < source.length && belongs(source[index] ?? ''); index += 1) words.push((source[index] ?? '').trim());
    lines.push(...(first === undefined ? filled(words, columns) : item(term, words, columns)));
  }
  return lines.join('\n');
}

function isParagraph(line: string): boolean {
  return /^\S/.test(line);
}

function filled(words: readonly string[], columns: number): readonly string[] {
  return filler.boxWrap(words.join(' '), columns).split('\n');
}

function item(term: string, words: readonly string[], columns: number): readonly string[] {
  if (term.length <= RIGHTMOST) {
    const [first = '', ...others] = filled(words, columns - term.length);
    return [`${term}${first}`, ...others.map((line) => `${' '.repeat(term.length)}${line}`)];
  }
  const indent = ' '.repeat(/^ */.exec(term)?.[0].length ?? 0);
  return [term.trimEnd(), ...filled(words, columns - indent.length - 4).map((line) => `${indent}    ${line}`)];
}
