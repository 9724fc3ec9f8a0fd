import { expect, test } from 'vitest';
import { CliError, detailsOf, withHint } from '../src/errors.ts';

test('an error in place of another one ends with the status of its own code, unless that had one of its own', () => {
  const refused = new CliError('invalid', 'refused', { status: 400 });
  expect(new CliError('not_found', 'there is none', detailsOf(refused)).exitStatus).toBe(3);
  const program = new CliError('not_found', 'no such program', { exitStatus: 127 });
  expect(withHint(program, 'check its name').exitStatus).toBe(127);
});
