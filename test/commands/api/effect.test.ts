import { expect, test } from 'vitest';
import { api } from '../../../src/commands/api/api.ts';

test.each<[effect: string, raw: Readonly<Record<string, unknown>>, words: readonly string[]]>([
  ['reads', {}, ['/api/organizations/1']],
  ['reads', {}, ['head', '/api/organizations/1']],
  ['reads', { method: 'GET', field: ['a=b'] }, ['/api/organizations/1']],
  ['reads', {}, ['ls', 'organizations']],
  ['reads', { dryRun: true }, ['DELETE', '/api/organizations/1']],
  ['reads', { curl: true, input: '-' }, ['/api/organizations']],
  ['changes', { field: ['name=Acme'] }, ['/api/organizations']],
  ['changes', { rawField: ['name=Acme'] }, ['/api/organizations']],
  ['changes', { input: '-' }, ['/api/organizations']],
  ['changes', {}, ['patch', '/api/organizations/1']],
  ['changes', {}, ['no-method', '/api/organizations/1']],
  ['deletes', {}, ['delete', '/api/organizations/1']],
  ['deletes', { method: 'DELETE' }, ['/api/organizations/1']],
])('%s: %j %j', (effect, raw, words) => {
  expect(api.effectOf(raw, words)).toBe(effect);
});
