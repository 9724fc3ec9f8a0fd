import { expect, test } from 'vitest';
import { inProgress, spinnerLine } from '../../src/output/spinner.ts';

const look = { columns: 80, now: 0, isAscii: false };

test.each<[action: string, shown: string]>([
  ['create organization "Acme"', 'Creating organization "Acme"'],
  ['read instance acme-eu', 'Reading instance acme-eu'],
  ['see who is signed in', 'Seeing who is signed in'],
  ['set the organization up', 'Setting the organization up'],
  ['get the access token', 'Getting the access token'],
  ['transfer instance x', 'Transferring instance x'],
  ['verify the domain x', 'Verifying the domain x'],
  ['have x verified', 'Having x verified'],
  ['block instance x', 'Blocking instance x'],
  ['remove the member x', 'Removing the member x'],
  ['GET /api/organizations', 'GET /api/organizations'],
])('%s is shown as %s', (action, shown) => {
  expect(inProgress(action)).toBe(shown);
});

test.each<[what: string, doing: string | (() => string), more: Partial<typeof look>, line: string]>([
  ['an action', 'read organization x', {}, '⠋ Reading organization x…'],
  ['its next frame', 'read organization x', { now: 100 }, '⠙ Reading organization x…'],
  ['a text', () => 'Waiting', {}, '⠋ Waiting'],
  ['a narrow terminal', 'read organization x', { columns: 20 }, '⠋ Reading organiza…'],
  ['wide characters', 'read 北京北京北京', { columns: 20 }, '⠋ Reading 北京北京…'],
  ['a terminal of no width', () => 'Waiting', { columns: 1 }, '⠋ …'],
  ['ASCII', 'read organization x', { isAscii: true, now: 300 }, '\\ Reading organization x.'],
  ['what could move the cursor', () => 'a\x1b[2Jb\nc', {}, '⠋ a\\x1b[2Jb\\nc'],
])('the line of %s', (_, doing, more, line) => {
  expect(spinnerLine(doing, { ...look, ...more })).toBe(line);
});
