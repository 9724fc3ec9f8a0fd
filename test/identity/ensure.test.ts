import { expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { ensure, type Find } from '../../src/identity/ensure.ts';

const conflict = new CliError('conflict', 'taken');
const forbidden = new CliError('forbidden', 'no');
const lost = new CliError('unavailable', 'later');

const gives = (value: string) => async () => value;
const fails = (error: unknown) => async () => {
  throw error;
};

test.each<[statement: string, create: () => Promise<string>, find: Find<string>, outcome: object]>([
  ['is created', gives('new'), gives('old'), { value: { created: true, thing: 'new' } }],
  ['is found when it is there', fails(conflict), gives('old'), { value: { created: false, thing: 'old' } }],
  ['is neither when something else is in its way', fails(conflict), async () => undefined, { reason: conflict }],
  ['is not looked for where there is no way', fails(conflict), 'none', { reason: conflict }],
  ['is not looked for after another refusal', fails(forbidden), gives('old'), { reason: forbidden }],
  ['is not known to be there when nobody can look', fails(conflict), fails(lost), { reason: lost }],
])('it %s', async (_, create, find, outcome) => {
  const [settled] = await Promise.allSettled([ensure({ create, find })]);
  expect(settled).toMatchObject(outcome);
});
