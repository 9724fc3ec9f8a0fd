import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { organizations } from '../../src/context/organizations.ts';
import { resolveProfile } from '../../src/context/profile.ts';
import { CliError } from '../../src/errors.ts';
import { configFile } from '../../src/storage/config.ts';
import { knownOrganizations } from '../../src/storage/known-organizations.ts';
import { newStore } from '../support/store-folder.ts';

const ONE = { id: '1', name: 'Acme' };
const TWO = { id: '2', name: 'Acme' };
const OTHER = { id: '3', name: 'Other' };

const hasCredential = () => Promise.resolve(true);
const pinned = () => Promise.resolve(undefined);

function open(url?: string) {
  const folder = newStore();
  const store = knownOrganizations({ ...folder, config: configFile(folder) });
  const at = (address = url) =>
    organizations({
      profile: resolveProfile({ profile: undefined }, { FLOWKIWI_URL: address }, undefined),
      ...{ store, warn: folder.warn, hasCredential, pinned },
    });
  const files = () => readdirSync(folder.directory).map((name) => readFileSync(join(folder.directory, name), 'utf8'));
  const lines = () => readFileSync(join(folder.directory, 'organizations.jsonl'), 'utf8');
  return { ...folder, store, at, files, lines };
}

test('what is remembered is known, and the last one used is current', async () => {
  const known = open().at();
  expect(await known.read()).toEqual({ current: undefined, known: [] });
  await known.remember(ONE, { use: true });
  await known.remember(OTHER, { use: false });
  expect(await known.read()).toEqual({ current: '1', known: [ONE, OTHER] });
  await known.remember({ ...OTHER, name: 'Renamed' }, { use: true });
  expect(await known.read()).toEqual({ current: '3', known: [ONE, { ...OTHER, name: 'Renamed' }] });
});

test('nothing is written when nothing is new', async () => {
  const { files, at } = open();
  await at().remember(ONE, { use: true });
  const before = files();
  expect(before).toHaveLength(2);
  await at().remember(ONE, { use: true });
  await at().forget(OTHER.id);
  expect(files()).toEqual(before);
});

test('what is forgotten is neither known nor current, until it is remembered again', async () => {
  const known = open().at();
  for (const organization of [ONE, OTHER]) await known.remember(organization, { use: true });
  await known.forget(OTHER.id);
  expect(await known.read()).toEqual({ current: undefined, known: [ONE] });
  await known.forget(ONE.id);
  await known.remember(OTHER, { use: false });
  expect(await known.read()).toEqual({ current: undefined, known: [OTHER] });
});

test('each server has its own', async () => {
  const { at } = open();
  await at('https://a.example').remember(ONE, { use: true });
  await at('https://b.example').remember(OTHER, { use: true });
  expect(await at('https://a.example').read()).toEqual({ current: '1', known: [ONE] });
  expect(await at('https://b.example').target(undefined)).toBe('3');
});

test.each<[given: string, id: string]>([
  ['1', '1'],
  ['Other', '3'],
  ['unknown', 'unknown'], // an id that nobody has seen yet
  ['other', 'other'],
])('%s means %s', async (given, id) => {
  const known = open().at();
  for (const organization of [ONE, OTHER]) await known.remember(organization, { use: false });
  expect(await known.resolve(given)).toBe(id);
});

test('of a long name the beginning is remembered, and means nothing', async () => {
  const { lines, at } = open();
  const known = at();
  const name = `${'x'.repeat(998)}😀${'y'.repeat(10)}`;
  await known.remember({ id: '4', name }, { use: false });
  const entry = { id: '4', name: `${'x'.repeat(998)}…`, cut: true };
  expect((await known.read()).known).toEqual([entry]);
  for (const given of [name, entry.name]) expect(await known.resolve(given)).toBe(given);
  const before = lines();
  await known.remember({ id: '4', name }, { use: false });
  await known.use({ ...entry });
  await known.leave();
  expect(lines()).toBe(before);
  await known.remember({ id: '4', name: 'Acme' }, { use: false });
  expect(await known.resolve('Acme')).toBe('4');
});

test('a name of two organizations is refused, with both', async () => {
  const known = open().at();
  for (const organization of [ONE, TWO]) await known.remember(organization, { use: false });
  await expect(known.resolve('Acme')).rejects.toMatchObject({ code: 'conflict', hint: 'give the id of the one you mean: 1, 2' });
  expect(await known.resolve('2')).toBe('2');
});

test.each(['', ' '])('%j names none', async (given) => {
  await expect(open().at().resolve(given)).rejects.toMatchObject({ code: 'usage' });
});

test('the target is the given one, else the current one, else a usage error that says how to name one', async () => {
  const known = open().at();
  await expect(known.target(undefined)).rejects.toMatchObject({ code: 'usage', hint: { say: expect.stringContaining('--org') } });
  await known.remember(ONE, { use: true });
  expect(await known.target(undefined)).toBe('1');
  expect(await known.target('3')).toBe('3');
});

test('what cannot be remembered is a warning, no failure', async () => {
  const folder = { ...newStore(), directory: '/dev/null/flowkiwi' };
  const store = knownOrganizations({ ...folder, config: configFile(folder) });
  const profile = resolveProfile({ profile: undefined }, {}, undefined);
  await organizations({ profile, store, pinned, hasCredential, warn: folder.warn }).remember(ONE, { use: true });
  expect(folder.warnings).toEqual([expect.stringMatching(/^the organization is not remembered: cannot write \/dev\/null/)]);
});

test('one that is to be dropped and cannot be is a failure, one that is gone only a warning', async () => {
  const { store, at, warn, warnings } = open();
  await at().remember(ONE, { use: false });
  const full = { ...store, forget: () => Promise.reject(new CliError('unavailable', 'no space is left')) };
  const known = organizations({ profile: resolveProfile({ profile: undefined }, {}, undefined), store: full, pinned, hasCredential, warn });
  await expect(known.drop('1')).rejects.toMatchObject({ code: 'unavailable' });
  await known.forget('1');
  expect(warnings.at(-1)).toBe('the organization is still remembered: no space is left');
});

test.each<[isSignedIn: boolean, words: readonly string[]]>([
  [true, ['org', 'create', 'Acme Corp']],
  [false, ['login']],
])('where none is current, the hint is what can be done: signed in %j', async (isSignedIn, words) => {
  const { store, warn } = open();
  const profile = resolveProfile({ profile: undefined }, {}, undefined);
  const known = organizations({ profile, store, pinned, warn, hasCredential: () => Promise.resolve(isSignedIn) });
  await expect(known.target(undefined)).rejects.toMatchObject({ code: 'usage', hint: { command: { words } } });
});
