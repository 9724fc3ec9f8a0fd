import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const rows = [...readFileSync(join(root, 'docs', 'find.md'), 'utf8').matchAll(/^\| (.+\?) \| `(.+)` \| `(.+)` \|$/gm)].map((row) =>
  row.slice(1),
);

test('there are twenty questions at least', () => {
  expect(rows.length).toBeGreaterThanOrEqual(20);
});

test.each(rows)('%s', (_, path = '', term = '') => {
  expect(existsSync(join(root, path)), path).toBe(true);
  expect(readFileSync(join(root, path), 'utf8')).toContain(term);
});
