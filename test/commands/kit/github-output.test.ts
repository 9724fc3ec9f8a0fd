import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGithubOutputs } from '../../../src/commands/kit/github-output.ts';
import { openGithubOutput, outputText } from '../../../src/commands/kit/github-output-file.ts';
import { readOutputs } from '../../support/runner-outputs.ts';

test('outputs are read as they are given', () => {
  expect(readGithubOutputs(['id=id', '_my-Name2=product_management_url', 'x=a=b'])).toEqual([
    { name: 'id', field: 'id' },
    { name: '_my-Name2', field: 'product_management_url' },
    { name: 'x', field: 'a=b' },
  ]);
});

test.each([[['id']], [['=id']], [['id=']], [['2=id']], [['-x=id']], [['a b=id']], [['a<<b=id']], [['ü=id']], [['a=id', 'A=name']]])(
  '%j is refused',
  (given) => {
    expect(() => readGithubOutputs(given)).toThrow(expect.objectContaining({ code: 'usage' }));
  },
);

const AWKWARD = fc.array(
  fc.oneof(
    fc.constantFrom('\n', '\r', '\r\n', '\u2028', 'EOF', 'ghadelimiter_', 'flowkiwi_', 'id=', 'id<<x', ' '),
    fc.string({ unit: 'grapheme' }),
  ),
);

test('the runner reads back what is written, whatever is in it', () => {
  const property = fc.property(fc.array(AWKWARD, { minLength: 1, maxLength: 4 }), (parts) => {
    const values = parts.map((part, index) => [`name_${index}`, part.join('')] as const);
    for (const [platform, line] of [
      ['linux', '\n'],
      ['win32', '\r\n'],
    ] as const) {
      const content = values.map(([name, value]) => outputText(name, value, line)).join('');
      expect(readOutputs(content, platform)).toEqual(Object.fromEntries(values));
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test('a delimiter is never the same twice', () => {
  const delimiter = () => /^x<<(\S+)$/m.exec(outputText('x', 'a\nb', '\n'))?.[1];
  expect(new Set(Array.from({ length: 100 }, delimiter)).size).toBe(100);
});

function newFile(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-output-')), 'output');
  writeFileSync(path, content);
  return path;
}

test('values are the text of strings, nothing for null, and JSON for all else', async () => {
  const path = newFile('earlier=1');
  const outputs = ['text', 'none', 'absent', 'yes', 'list', 'constructor'].map((field) => ({ name: field, field }));
  const file = await openGithubOutput({ env: { GITHUB_OUTPUT: path }, platform: 'linux' }, outputs);
  expect(await file.append(() => ({ text: 'a "b"', none: null, yes: true, list: [{ a: 1 }] }))).toBeUndefined();
  await file.close();
  expect(readOutputs(readFileSync(path, 'utf8'))).toEqual({
    earlier: '1',
    ...{ text: 'a "b"', none: '', absent: '', yes: 'true', list: '[{"a":1}]', constructor: '' },
  });
});

test('what cannot be written is said as what is done', async () => {
  const file = await openGithubOutput({ env: { GITHUB_OUTPUT: newFile('') }, platform: 'linux' }, [{ name: 'id', field: 'id' }]);
  expect(await file.append(undefined)).toMatchObject({ code: 'invalid', message: expect.stringContaining('not one resource') });
  await file.close();
  expect(await file.append(() => ({ id: '1' }))).toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/^the command is done, but /),
  });
});
