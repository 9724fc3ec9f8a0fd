import type { JqAnswer } from '../edges.ts';
import { CliError } from '../errors.ts';

/** What jq says when it fails on a text, without where that came from. */
const FAILURE = /^jq: (?:parse )?error(?: \(at [^)]*\))?:? ?(.+)$/m;

const MANUAL = 'the manual of jq is at https://jqlang.org/manual/v1.8/';
const DONE = 'what the command did is done; leave --jq out to see its whole result';

/** What is wrong with an expression that was compiled and not run, with the place in it; undefined when nothing is. Pure. */
export function expressionFailure(answer: JqAnswer): CliError | undefined {
  if (answer.kind === 'exhausted') return new CliError('usage', '--jq: the expression is too long', { hint: MANUAL });
  if (answer.status === 0) return undefined;
  const [, what = answer.stderr.trim(), line, column] =
    /^jq: error: (.+?)(?: at <top-level>, line (\d+), column (\d+):?)?$/m.exec(answer.stderr) ?? [];
  const place = line === undefined ? '' : ` (line ${line}, column ${column})`;
  // There are no files of modules in its world.
  const hint = what.startsWith('module not found') ? 'write the definitions into the expression: def f: …; f' : MANUAL;
  return new CliError('usage', `--jq: ${what}${place}`, { hint });
}

/** Why an expression has failed on what a command printed, in the words of jq; undefined when it has not. Pure. */
export function resultFailure(answer: JqAnswer): CliError | undefined {
  if (answer.kind === 'exhausted') {
    return new CliError('usage', '--jq: the expression takes too much memory; perhaps it has no end', { hint: DONE });
  }
  // The status is that of the last text alone.
  const [found, said] = FAILURE.exec(answer.stderr) ?? [];
  if (answer.status === 0 && found === undefined) return undefined;
  const what = said ?? lastLine(answer.stderr);
  // What `input` ends with.
  return new CliError('usage', `--jq: ${what === 'break' ? 'there is no further input' : what}`, { hint: DONE });
}

/** What `debug`, `stderr` and `halt_error` have said, without the errors of jq itself. Pure. */
export function asides(answer: JqAnswer): readonly string[] {
  if (answer.kind === 'exhausted') return [];
  const said = answer.stderr.split('\n').filter((line) => line !== '' && !FAILURE.test(line));
  // The last words of a program that has stopped itself are its failure.
  return answer.status === 0 || FAILURE.test(answer.stderr) ? said : said.slice(0, -1);
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) || 'the expression has failed';
}
