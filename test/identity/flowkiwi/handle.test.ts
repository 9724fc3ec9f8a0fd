import { expect, test } from 'vitest';
import { isCliError } from '../../../src/errors.ts';
import { checkedHandle, handleProblem, isHandle, suggestHandle } from '../../../src/identity/flowkiwi/handle.ts';

test.each(['a', 'ab', 'a-b', 'acme-eu', 'acme--eu', 'z'.repeat(30), `a${'-'.repeat(28)}z`])('%s is a handle', (handle) => {
  expect(isHandle(handle)).toBe(true);
  expect(handleProblem(handle)).toBeUndefined();
  expect(checkedHandle(handle)).toBe(handle);
});

test.each<[handle: string, problem: RegExp, suggestion: string]>([
  ['', /cannot be empty/, 'acme-eu'],
  ['A', /capital letters/, '--handle a'],
  ['acme1', /digits/, '--handle acme'],
  ['acme_eu', /only the letters a to z and hyphens/, '--handle acme-eu'],
  ['acme eu', /only the letters a to z and hyphens/, '--handle acme-eu'],
  ['açme', /only the letters a to z and hyphens/, '--handle acme'],
  ['acme\n', /only the letters a to z and hyphens/, '--handle acme'],
  ['\u0430cme', /only the letters a to z and hyphens/, '--handle cme'], // a Cyrillic a
  ['-', /no hyphen at its beginning or end/, 'acme-eu'],
  ['-acme', /no hyphen at its beginning or end/, '--handle acme'],
  ['acme-', /no hyphen at its beginning or end/, '--handle acme'],
  ['a'.repeat(31), /at most 30 characters, this one has 31/, `--handle ${'a'.repeat(30)}`],
])('%j is none', (handle, problem, suggestion) => {
  expect(isHandle(handle)).toBe(false);
  expect(handleProblem(handle)).toMatch(problem);
  expect(refusal(handle)).toMatchObject({
    code: 'invalid',
    hint: expect.stringContaining(suggestion),
    violations: [{ field: 'handle', message: expect.stringMatching(problem) }],
  });
});

test.each<[handle: string, problems: readonly RegExp[]]>([
  ['0196f3a0-3333-7000-8000-000000000001', [/no digits/, /at most 30 characters, this one has 36/]],
  ['Acme_1-', [/no capital letters/, /no digits/, /only the letters a to z/, /no hyphen at its beginning or end/]],
  [
    `-A1_${'a'.repeat(30)}`,
    [/no capital letters/, /no digits/, /only the letters a to z/, /no hyphen at its beginning or end/, /this one has 34/],
  ],
])('%j is told all that is wrong with it at once', (handle, problems) => {
  expect(refusal(handle)).toMatchObject({
    violations: problems.map((problem) => ({ field: 'handle', message: expect.stringMatching(problem) })),
  });
  for (const problem of problems) expect(handleProblem(handle)).toMatch(problem);
});

test.each<[name: string, handle: string | undefined]>([
  ['Acme EU', 'acme-eu'],
  ['  Acme  &  Söhne GmbH ', 'acme-sohne-gmbh'],
  ['Ålesund Ænima', 'alesund-nima'],
  ['ACME', 'acme'],
  ['Ａｃｍｅ', 'acme'], // full width
  ['ﬁsh', 'fish'], // a ligature
  ['42', undefined],
  ['', undefined],
  ['東京', undefined],
  ['👩‍🚀', undefined],
  ['a'.repeat(40), 'a'.repeat(30)],
  [`${'a'.repeat(30)} b`, 'a'.repeat(30)],
  [`${'a'.repeat(29)} b`, 'a'.repeat(29)],
  [`42 ${'a'.repeat(30)}`, 'a'.repeat(30)],
])('%j suggests %s, which is a handle', (name, handle) => {
  expect(suggestHandle(name)).toBe(handle);
  if (handle !== undefined) expect(isHandle(handle)).toBe(true);
});

function refusal(handle: string): unknown {
  try {
    return checkedHandle(handle);
  } catch (error) {
    return isCliError(error) ? error : undefined;
  }
}
