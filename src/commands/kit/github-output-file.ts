import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { GithubOutput } from '../../context/global-options.ts';
import type { Edges } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import { appendLines } from '../../files/append-file.ts';
import { writeJson } from '../../json-writer.ts';
import { memberOf } from '../../record.ts';
import type { Result } from './result.ts';

/** The file that GitHub Actions reads the outputs of a step from, held open. */
export interface GithubOutputFile {
  /** Appends the outputs, and returns why they could not be. What the command did is done then, and printed. */
  readonly append: (resource: Result['resource']) => Promise<CliError | undefined>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the file that `GITHUB_OUTPUT` names. The runner has made it, and so it is not made here: nobody would read it. Throws `usage` without one,
 * before the command does anything.
 */
export async function openGithubOutput(
  { env, platform }: Pick<Edges, 'env' | 'platform'>,
  outputs: readonly GithubOutput[],
): Promise<GithubOutputFile> {
  const path = env['GITHUB_OUTPUT'];
  if (!path) throw unusable('--github-output needs GITHUB_OUTPUT, which names the file that outputs go to');
  const file = await openFile(path);
  return {
    append: async (resource) => {
      const values = resource?.();
      if (values === undefined) return notAppended('the answer is not one resource');
      const line = platform === 'win32' ? '\r\n' : '\n';
      const text = outputs.map(({ name, field }) => outputText(name, valueText(memberOf(values, field)), line)).join('');
      return appendLines(file, text).then(
        () => undefined,
        (error: unknown) => notAppended(`${path} cannot be written (${codeOf(error)})`),
      );
    },
    close: () => file.close(),
  };
}

/**
 * An output as GitHub's runner reads it: a line, or in several lines between a delimiter, which is random: a value could end itself otherwise, and
 * go on with outputs of its own. What some reader could take for a line end counts as one. Pure but for the delimiter.
 */
export function outputText(name: string, value: string, line: '\n' | '\r\n'): string {
  if (!/[\n\r\v\f\u0085\u2028\u2029]/.test(value)) return `${name}=${value}${line}`;
  const delimiter = `flowkiwi_${randomUUID()}`;
  return `${name}<<${delimiter}${line}${value}${line}${delimiter}${line}`;
}

/** The text of a value: a string as it is, nothing for null, and anything else as JSON, which `fromJSON()` reads. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : writeJson(value);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, constants.O_RDWR | constants.O_APPEND);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    throw unusable(`the file of GITHUB_OUTPUT cannot be written (${codeOf(error)}): ${path}`);
  }
  throw unusable(`GITHUB_OUTPUT does not name a file: ${path}`);
}

function unusable(message: string): CliError {
  return new CliError('usage', message, {
    hint: 'GitHub Actions sets it in every step, to a file that is there; elsewhere -q --fields FIELD prints the value',
  });
}

function notAppended(reason: string): CliError {
  return new CliError('invalid', `the command is done, but nothing was added to GITHUB_OUTPUT: ${reason}`, {
    hint: 'do not run it again for the output: its result is on standard output',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
