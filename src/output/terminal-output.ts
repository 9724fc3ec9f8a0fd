import type { Output } from '../edges.ts';
import { replaceUnsafeInLines, visibleEscape } from './terminal-text.ts';

/** What flowkiwi itself sends a terminal beside text: colours and tabs. Everything else in a string is somebody's. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that stay
const OWN = /(\x1b\[\d*m|\t)/;

/**
 * The one way to a terminal. Text is made safe where it is put together, because only there is it known whose it is; this is the last door:
 * control characters, escape sequences and bidirectional overrides that got that far are shown as visible escapes. Bytes are looked at as
 * UTF-8. An output that is not a terminal is returned unchanged, because a pipe gets exact bytes.
 */
export function terminalOutput(output: Output): Output {
  const decoder = new TextDecoder();
  return changedOutput(output, (content) => {
    if (!output.isTerminal) return content;
    return safe(typeof content === 'string' ? content : decoder.decode(content, { stream: true }));
  });
}

/** The same output, with everything that is written to it changed first. */
export function changedOutput(output: Output, change: (content: string | Uint8Array) => string | Uint8Array): Output {
  return {
    get isTerminal() {
      return output.isTerminal;
    },
    get columns() {
      return output.columns;
    },
    get stream() {
      return output.stream;
    },
    isClosed: output.isClosed,
    write: (content) => output.write(change(content)),
  };
}

function safe(text: string): string {
  const parts = text.split(OWN);
  return parts.map((part, index) => (index % 2 === 1 ? part : replaceUnsafeInLines(part, visibleEscape))).join('');
}
