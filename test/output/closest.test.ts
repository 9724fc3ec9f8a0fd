import { expect, test } from 'vitest';
import { closest } from '../../src/output/closest.ts';

const CANDIDATES = ['id', 'name', 'handle', 'created_at', 'updated_at', 'organization_id'];

test.each([
  ['nmae', 'name'],
  ['Name', 'name'],
  ['names', 'name'],
  ['hande', 'handle'],
  ['created', 'created_at'],
  ['createdAt', 'created_at'],
  ['updated-at', 'updated_at'],
  ['organisation_id', 'organization_id'],
  ['org', 'organization_id'],
  ['idd', 'id'],
  ['colour', undefined],
  ['', undefined],
])('%j is perhaps %j', (word, meant) => {
  expect(closest(word, CANDIDATES)).toBe(meant);
});
