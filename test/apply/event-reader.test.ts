import { describe, expect, test } from 'vitest';
import { eventReader } from '../../src/apply/journal/event-reader.ts';
import { createHistory } from '../../src/apply/journal/history.ts';

const intent = (key: string) => ({ event: 'intent', of: 'organization', key, name: `${key} Ltd` });
const created = (key: string, id: string) => ({ event: 'created', kind: 'organization', key, id, name: `${key} Ltd` });
const instance = (key: string, organization_id: string) => ({
  ...{ event: 'created', kind: 'instance', key, id: `i-${key}`, name: 'EU', organization_id, handle: `h-${key}` },
});
const lines = (...events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** What a journal knows of organizations that is made from these files. */
function known(...files: readonly string[]) {
  const [reader, history] = [eventReader(), createHistory()];
  for (const record of files.flatMap((text) => reader.read('events.jsonl', text))) history.follow(record);
  history.endFile({ seesAllWrites: true });
  const { of } = history.known({ reliesOnKeys: false });
  return (key: string) => of(key)?.organization;
}

describe('a journal that is made from events', () => {
  const THERE = { id: 'o1', lastWrittenName: 'a Ltd' };
  test.each<[what: string, files: readonly string[], organization: unknown]>([
    ['made', [lines(intent('a'), created('a', 'o1'), instance('a', 'o1'))], THERE],
    ['without an answer', [lines(intent('a'))], 'unknown'],
    ['without an answer, in the first of two files', [lines(intent('a')), lines(intent('b'), created('b', 'o2'))], 'unknown'],
    ['made in a later file', [lines(intent('a')), lines(created('a', 'o1'))], THERE],
    ['refused', [lines(intent('a'), { event: 'failed', key: 'a' })], undefined],
    ['sent again without an answer', [lines(intent('a'), { event: 'retry', key: 'a' }, intent('a'))], 'unknown'],
    ['made, with an instance that failed', [lines(intent('a'), created('a', 'o1'), { event: 'failed', key: 'a' })], THERE],
    ['deleted again', [lines(created('a', 'o1'), { event: 'deleted', kind: 'organization', key: 'a', id: 'o1' })], 'absent'],
    ['made before the last line was cut off', [`${lines(created('a', 'o1'))}{"event":"crea`], THERE],
  ])('knows one that was %s', (_, files, organization) => {
    expect(known(...files)('a')).toEqual(organization);
  });

  test('is not made from what are no events', () => {
    expect(() => known(`${lines(intent('a'))}oops\n${lines(intent('b'))}`)).toThrow('events.jsonl:2 is not an event');
  });
});
