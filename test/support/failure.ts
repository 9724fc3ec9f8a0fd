import { expect } from 'vitest';
import type { CliError } from '../../src/errors.ts';
import type { Help } from '../../src/hint.ts';
import { hintText } from '../../src/output/command-text.ts';
import { isRecord } from '../../src/record.ts';
import type { Run } from './flowkiwi.ts';

/** The value of `error` of a command that failed with `--json`: stdout is empty, stderr one line of JSON with exactly the documented keys. */
export function jsonError({ stdout, stderr }: Run): Readonly<Record<string, unknown>> {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^[^\n]+\n$/);
  const document: unknown = JSON.parse(stderr);
  if (!isRecord(document) || !isRecord(document['error'])) throw new Error(`no JSON error: ${stderr}`);
  expect(Object.keys(document)).toEqual(['error']);
  expect(Object.keys(document['error'])).toEqual([
    'code',
    'message',
    'detail',
    'hint',
    'status',
    'violations',
    'request_id',
    'retry_after',
  ]);
  return document['error'];
}

/** The lines of a failure for a person: what happened, violations if any, and at the end one hint. stdout is empty. */
export function textError({ stdout, stderr }: Run): { readonly message: string; readonly hint: string } {
  expect(stdout).toBe('');
  const [, message = '', hint = ''] = /^error: (.+)\n(?: {2}.+\n)*hint: (.+)\n$/.exec(stderr) ?? [];
  if (message === '') throw new Error(`not an error with one hint: ${JSON.stringify(stderr)}`);
  return { message, hint };
}

/** The hint of an error as a person with a POSIX shell and the default profile sees it; empty when there is none. */
export function hintOf({ hint }: Pick<CliError, 'hint'>): string {
  return hint === undefined ? '' : textOf(hint);
}

/** The same of what is said otherwise. */
export function textOf(help: Help): string {
  return hintText(help, { shell: 'posix', profile: undefined }) ?? '';
}
