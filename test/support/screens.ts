import { join } from 'node:path';
import { expect } from 'vitest';
import type { Terminal } from './terminal.ts';

const SCREENS = join(import.meta.dirname, '..', 'terminal', 'screens');

/** The size of the terminal that everything has to be readable on. */
export const SMALL = { columns: 80, rows: 24 };

/** What is another one in each run, by its form, and what stands for it: as long as it is, so that no line breaks elsewhere. */
const VARYING: readonly (readonly [form: RegExp, standIn: (place: number, found: string) => string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, (place) => `00000000-0000-7000-8000-${digits(place, 12)}`],
  [/\b\d{18}\b/g, (place) => digits(place, 18)],
  // A terminal may have broken its line within it.
  [/(?<=(?:127\.0\.0\.1|localhost):)(?:\d\n?){4}\d\b/g, (_, port) => port.replace(/\d/g, '8')],
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d/g, () => '2030-01-01T12:00:00'],
  [/\b\d+ minutes? ago\b/g, () => 'just now'],
  [/\b[A-Z]{4}-[A-Z]{4}\b/g, () => 'ABCD-EFGH'],
  [/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏](?= )/gm, () => '⠋'],
  [/\d+:\d\d(?= left)|(?<=Trying again in )\d+/g, (_, found) => (found.includes(':') ? '9:59' : '1')],
  [/(?<=\/oauth\/authorize\?)\S+(?:\n\S+)*?client_id=flowkiwi-cli/g, () => '…'],
];

/** A text of a terminal with ids, ports, times and codes that are the same in each run: the first id that is seen ends in 1, the next one in 2. */
export function steadyText(text: string): string {
  return VARYING.reduce((steady, [form, standIn]) => {
    const seen: string[] = [];
    return steady.replace(form, (found) => {
      if (!seen.includes(found)) seen.push(found);
      return standIn(seen.indexOf(found) + 1, found);
    });
  }, text);
}

function digits(place: number, length: number): string {
  return `${place}`.padStart(length, '0');
}

/** Compares what a terminal shows with the screen that is stored under this name; `-u` of vitest stores it. */
export async function expectScreen(name: string, commandLine: string, terminal: Pick<Terminal, 'rows'>): Promise<void> {
  await expect(`$ ${commandLine}\n${steadyText(terminal.rows())}\n`).toMatchFileSnapshot(join(SCREENS, `${name}.txt`));
}
