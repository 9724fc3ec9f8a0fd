import type { Output } from '../edges.ts';
import type { Environment } from '../environment.ts';

/** Terminals that have no clipboard, and no use for what they do not know. */
const WITHOUT = new Set(['dumb', 'linux']);

/** Whether a terminal may have a clipboard. Pure. */
export function hasClipboard(env: Environment): boolean {
  return !WITHOUT.has(env['TERM'] ?? '');
}

/**
 * Asks the terminal to put a text of our own into the clipboard of the machine that it is on (xterm's control sequences, OSC 52). It says nothing of
 * whether it does: many ask the person, or want a setting.
 */
export function copyToClipboard(terminal: Output, text: string): void {
  terminal.stream.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
}
