import { isNode, LineCounter, parseDocument } from 'yaml';
import type { DocumentReader } from './document-rows.ts';
import type { Problems } from './problems.ts';

/** Aliases that one document may resolve: more are a bomb, or a manifest that nobody can read. */
const MOST_ALIASES = 100;

/** Reads YAML 1.2. */
export const readYaml: DocumentReader = (text, problems) => {
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const { pos, message, code } of document.errors) {
    const hint = code === 'TAB_AS_INDENT' ? 'indent with blanks' : undefined;
    problems.add(placeAt(pos[0]), code === 'TAB_AS_INDENT' ? 'a tab is used to indent' : `not YAML: ${firstSentence(message)}`, hint);
  }
  if (document.errors.length > 0) return undefined;
  return readValue(document, placeAt, problems);
};

function readValue(
  document: ReturnType<typeof parseDocument>,
  placeAt: (offset: number) => { line: number; column: number },
  problems: Problems,
): ReturnType<DocumentReader> {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return {
      value,
      placeOf: (path) => {
        for (let length = path.length; length >= 0; length -= 1) {
          const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
          if (isNode(node) && node.range) return placeAt(node.range[0]);
        }
        return placeAt(0);
      },
    };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    problems.add({ line: 1, column: 1 }, `there are more than ${MOST_ALIASES} aliases (*name) in it`, 'write the entries out, or use CSV');
    return undefined;
  }
}

function firstSentence(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
