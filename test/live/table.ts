import type { Row } from './trial.ts';

const HEADING = ['VERB', 'EXIT', 'MS', 'OUTCOME'] as const;
const VERB_COLUMNS = 34;

export function headingLine(): string {
  return line(...HEADING);
}

export function rowLine({ verb, exit, ms, problem }: Row): string {
  return line(verb, exit === null ? '-' : String(exit), ms.toFixed(0), problem ?? 'ok');
}

function line(verb: string, exit: string, ms: string, outcome: string): string {
  return `${verb.padEnd(VERB_COLUMNS)}  ${exit.padStart(4)}  ${ms.padStart(6)}  ${outcome}`;
}
