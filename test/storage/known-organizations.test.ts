import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configFile } from '../../src/storage/config.ts';
import { knownOrganizations } from '../../src/storage/known-organizations.ts';
import { bundle, type Program } from '../support/bundle.ts';
import { newStore } from '../support/store-folder.ts';

const AT = { profile: 'default', url: 'https://identity.flowkiwi.net/' };
const ELSEWHERE = { profile: 'work', url: 'https://work.example/' };
const ACME = { id: '1', name: 'Acme' };
const OTHER = { id: '2', name: 'Other' };

/** A folder with these files. */
function folderWith(files: { readonly config?: unknown; readonly lines?: readonly string[] } = {}) {
  const folder = newStore();
  const paths = { config: join(folder.directory, 'config.json'), lines: join(folder.directory, 'organizations.jsonl') };
  mkdirSync(folder.directory, { recursive: true, mode: 0o700 });
  if (files.config !== undefined) writeFileSync(paths.config, JSON.stringify(files.config), { mode: 0o600 });
  if (files.lines !== undefined) writeFileSync(paths.lines, files.lines.join('\n'), { mode: 0o600 });
  const config = configFile(folder);
  return { ...folder, paths, config, store: knownOrganizations({ ...folder, config }) };
}

const line = (fields: object) => JSON.stringify({ ...AT, ...fields });

test('each change is a line of its own, behind one with the version', async () => {
  const { store, paths } = folderWith();
  await store.remember(AT, ACME);
  await store.remember(AT, { ...ACME, name: 'Acme Corp' });
  await store.forget(AT, '1');
  await store.remember(ELSEWHERE, OTHER);
  await store.forgetAll('work');
  await store.forgetAll('unknown');
  expect(readFileSync(paths.lines, 'utf8').split('\n')).toEqual([
    '{"version":1}',
    line(ACME),
    line({ id: '1', name: 'Acme Corp' }),
    line({ id: '1', forgotten: true }),
    line({ ...ELSEWHERE, ...OTHER }),
    '{"profile":"work","forgotten":true}',
    '',
  ]);
});

test.each<[name: string, lines: readonly string[], known: readonly { readonly id: string; readonly name: string }[]]>([
  ['two', [line(ACME), line(OTHER), ''], [ACME, OTHER]],
  ['another name, in its place', [line(ACME), line(OTHER), line({ id: '1', name: 'New' }), ''], [{ id: '1', name: 'New' }, OTHER]],
  ['what another profile or server has', [line({ ...ELSEWHERE, ...ACME }), line({ url: 'https://other.example/', ...ACME }), ''], []],
  ['what is forgotten', [line(ACME), line({ id: '1', forgotten: true }), ''], []],
  ['all of the profile is forgotten', [line(ACME), '{"profile":"default","forgotten":true}', line(OTHER), ''], [OTHER]],
  ['an end that is still being written', [line(ACME), line(OTHER).slice(0, -5)], [ACME]],
  ['empty lines and a second version', ['{"version":1}', '', line(ACME), '{"version":1}', ''], [ACME]],
  ['a name like a property of every object', [line({ id: '__proto__', name: 'x' }), ''], [{ id: '__proto__', name: 'x' }]],
])('a file with %s', async (_, lines, known) => {
  const { store, warnings } = folderWith({ lines });
  expect(await store.read(AT)).toEqual({ current: undefined, known });
  expect(warnings).toEqual([]);
});

test.each(['{"profile":"default","url":"https://', '[]', 'null', '{"profile":1}', '{"profile":"default","url":"u","id":1}'])(
  'a line %s is left out, which is told once',
  async (damaged) => {
    const { store, paths, warnings } = folderWith({ lines: [line(ACME), damaged, line(OTHER), ''] });
    expect((await store.read(AT)).known).toEqual([ACME, OTHER]);
    await store.read(AT);
    expect(warnings).toEqual([`${paths.lines} is damaged in line 2, which is left out: correct the line, or delete it`]);
  },
);

test('a file of a newer version is refused', async () => {
  const { store } = folderWith({ lines: ['{"version":2}', ''] });
  await expect(store.read(AT)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('newer flowkiwi') });
});

describe('what config.json had', () => {
  const OLD = {
    version: 1,
    current_profile: 'work',
    profiles: {
      default: { organizations: { [AT.url]: { current: '1', known: [ACME, OTHER] } } },
      work: { url: ELSEWHERE.url, organizations: { [ELSEWHERE.url]: { known: [OTHER] } } },
    },
  };

  test('is known', async () => {
    const { store, paths } = folderWith({ config: OLD });
    expect(await store.read(AT)).toEqual({ current: '1', known: [ACME, OTHER] });
    expect(JSON.parse(readFileSync(paths.config, 'utf8'))).toEqual(OLD);
  });

  test('is moved once, for every profile, before the first change', async () => {
    const { store, paths } = folderWith({ config: OLD });
    await store.forget(AT, '1');
    await store.remember(AT, { id: '3', name: 'New' });
    expect(readFileSync(paths.lines, 'utf8').trim().split('\n').slice(1)).toEqual([
      line(ACME),
      line(OTHER),
      line({ ...ELSEWHERE, ...OTHER }),
      line({ id: '1', forgotten: true }),
      line({ id: '3', name: 'New' }),
    ]);
    expect(JSON.parse(readFileSync(paths.config, 'utf8'))).toEqual({
      version: 1,
      current_profile: 'work',
      profiles: { default: { current_organizations: { [AT.url]: '1' } }, work: { url: ELSEWHERE.url, current_organizations: {} } },
    });
    expect(await store.read(AT)).toEqual({ current: '1', known: [OTHER, { id: '3', name: 'New' }] });
    expect((await store.read(ELSEWHERE)).known).toEqual([OTHER]);
  });

  test('gives way to what was learned since, when a process was killed between the two files', async () => {
    const { store } = folderWith({ config: OLD, lines: [line(ACME), line({ id: '2', name: 'Renamed' }), ''] });
    expect((await store.read(AT)).known).toEqual([ACME, { id: '2', name: 'Renamed' }]);
  });

  test('stays there when it cannot be moved', async () => {
    const { store, paths } = folderWith({ config: OLD });
    mkdirSync(paths.lines);
    await expect(store.use(AT, '2')).rejects.toMatchObject({ code: 'invalid' });
    expect(JSON.parse(readFileSync(paths.config, 'utf8'))).toEqual(OLD);
  });

  test('loses its current organization when there is to be none', async () => {
    const { store } = folderWith({ config: OLD });
    await store.use(AT, undefined);
    expect(await store.read(AT)).toEqual({ current: undefined, known: [ACME, OTHER] });
  });
});

describe('several processes at once', () => {
  let worker: Program;

  beforeAll(async () => {
    worker = await bundle(join(import.meta.dirname, 'organizations-process.ts'));
  });

  afterAll(() => worker.remove());

  test('lose nothing of each other, and what config.json had is moved once', async () => {
    const known = [ACME, OTHER];
    const { store, directory, paths } = folderWith({
      config: { version: 1, profiles: { default: { organizations: { [AT.url]: { known } } } } },
    });
    const names = Array.from({ length: 6 }, (_, index) => `process-${index}`);
    await Promise.all(names.map((name) => worker.run(directory, AT.url, name, '25')));
    const found = (await store.read(AT)).known.map(({ id }) => id);
    expect(found.toSorted()).toEqual(
      ['1', '2', ...names.flatMap((name) => Array.from({ length: 25 }, (_, number) => `${name}.${number}`))].toSorted(),
    );
    const lines = readFileSync(paths.lines, 'utf8');
    expect(lines.split(line(ACME))).toHaveLength(2);
  });
});

test('lines in UTF-16 are read, and none in UTF-8 is added to them', async () => {
  const { store, paths } = folderWith();
  const bytes = Buffer.from(`\uFEFF{"version":1}\r\n${line({ id: '1', name: 'Café' })}\r\n`, 'utf16le');
  writeFileSync(paths.lines, bytes, { mode: 0o600 });
  expect((await store.read(AT)).known).toEqual([{ id: '1', name: 'Café' }]);
  await expect(store.remember(AT, OTHER)).rejects.toMatchObject({ code: 'invalid', hint: 'save it as UTF-8' });
  expect(readFileSync(paths.lines)).toEqual(bytes);
});
