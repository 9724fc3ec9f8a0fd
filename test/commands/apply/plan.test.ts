import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { newHome, type Run } from '../../support/flowkiwi.ts';
import { inProcess } from '../../support/in-process.ts';

// What apply does before anything is sent. No server runs here, and nobody is signed in.

const folder = mkdtempSync(join(tmpdir(), 'apply-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const csv = file(
  'customers.csv',
  'key,organization,instance,handle,id\nacme,Acme Corp,Acme EU,acme-eu,\nacme,Acme Corp,Acme US,acme-us,\n,Globex,,globex,o-2\n',
);
const CHECKSUM = /^[0-9a-f]{64}$/;

const apply = (args: readonly string[], options: Parameters<typeof inProcess>[1] = {}): Promise<Run> =>
  inProcess(['apply', ...args], options);

describe('--dry-run', () => {
  test('says what would be done, totals first', async () => {
    const { stdout, stderr, status } = await apply([csv, '--dry-run']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.replaceAll(folder, '').replace(/plan [0-9a-f]{64}/, 'plan SHA')).toBe(
      [
        '/customers.csv: 3 rows, 2 customers',
        '  line 2: key "acme", organization "Acme Corp", instance "Acme EU", handle "acme-eu"',
        '  line 3: key "acme", organization "Acme Corp", instance "Acme US", handle "acme-us"',
        '  line 4: key "Globex", organization "Globex", instance "Globex", handle "globex", id "o-2"',
        '+ create 1 organization, 3 instances',
        '= unchanged 1 organization',
        '  + organization Acme Corp (key acme)',
        '  + instance Acme EU (acme-eu) of Acme Corp',
        '  + instance Acme US (acme-us) of Acme Corp',
        '  + instance Globex (globex) of Globex',
        'plan SHA',
        '',
      ].join('\n'),
    );
  });

  test('prints all of it as JSON Lines', async () => {
    const { stdout } = await apply([csv, '--dry-run', '--json']);
    const events: unknown[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      {
        version: 1,
        event: 'planned',
        key: 'acme',
        row: 1,
        line: 2,
        organization: 'create',
        organization_id: null,
        instances: [
          { handle: 'acme-eu', action: 'create', row: 1 },
          { handle: 'acme-us', row: 2, line: 3 },
        ],
      },
      {
        event: 'planned',
        key: 'Globex',
        organization: 'unchanged',
        organization_id: 'o-2',
        instances: [{ handle: 'globex', action: 'create' }],
      },
      { event: 'plan', rows: 3, customers: 2, changes: 4, vanished: [], checksum: expect.stringMatching(CHECKSUM) },
    ]);
  });

  test('leaves nothing behind: no journal, no configuration, no file', async () => {
    const home = newHome();
    const before = readdirSync(folder);
    await apply([csv, '--dry-run'], { home });
    expect(readdirSync(folder)).toEqual(before);
    expect(readdirSync(home)).toEqual([]);
  });

  test.each<[what: string, args: readonly string[], status: number]>([
    ['changes', ['--detailed-exitcode'], 10],
    ['another plan than was expected', ['--expect-plan', 'a'.repeat(64)], 5],
  ])('%s: status %#', async (_, args, status) => {
    expect((await apply([csv, '--dry-run', ...args])).status).toBe(status);
  });

  test('the plan that was expected is the same from standard input and in another format', async () => {
    const plan = (await apply([csv, '--dry-run'])).stdout.trim().split(' ').at(-1) ?? '';
    const yaml =
      'version: 1\norganizations:\n  - { key: acme, name: Acme Corp, instances: [{ name: Acme EU, handle: acme-eu }, { name: Acme US, handle: acme-us }] }\n  - { name: Globex, id: o-2, instances: [{ handle: globex }] }\n';
    const { status, stderr } = await apply(['-', '--format', 'yaml', '--dry-run', '--expect-plan', plan.toUpperCase()], { stdin: yaml });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('a pipe that comes in pieces is read to its end, and its errors name stdin', async () => {
    const input = Readable.from([
      Buffer.from('organization,ha'),
      Buffer.from('ndle\nM\u00FC').subarray(0, -1),
      Buffer.from([0xbc]),
      Buffer.from('ller,Mueller\n'),
    ]);
    const { status, stderr } = await apply(['-', '--format', 'csv', '--dry-run'], { input });
    expect(status).toBe(2);
    expect(stderr).toBe(
      'error: stdin has an error; nothing was sent\n  stdin:2:8: handle "Mueller": a handle has no capital letters\nhint: add --suggest-handles to have handles proposed\n',
    );
  });
});

describe('what is wrong', () => {
  mkdirSync(join(folder, 'folder.csv'));
  test.each<[what: string, args: readonly string[], message: string]>([
    ['no file', [], 'FILE is missing'],
    ['a file that is not there', [join(folder, 'none.csv')], 'cannot be read (ENOENT)'],
    ['a folder', [join(folder, 'folder.csv')], 'cannot be read (EISDIR)'],
    ['a spreadsheet', ['customers.xlsx'], 'the format of customers.xlsx is not known'],
    ['standard input without a format', ['-'], 'the format of standard input is not known'],
    ['--map without a column', [csv, '--map', 'organization'], '--map takes FIELD=COLUMN, not "organization"'],
    ['--map of a field that is none', [csv, '--map', 'name=Kunde'], '--map takes FIELD=COLUMN, not "name=Kunde"'],
    ['--map of a column that is not there', [csv, '--map', 'organization=Kunde'], 'has an error; nothing was sent'],
    ['two at once', [csv, '--dry-run', '--suggest-handles'], '--suggest-handles and --dry-run exclude each other'],
    ['a file for what reads none', [csv, '--schema'], '--schema reads no file'],
    ['an example in JSON', ['--init', '--format', 'json'], '--init writes YAML or CSV, not json'],
    ['--rekey of somebody who is not known', [csv, '--dry-run', '--rekey', 'a=b'], '--rekey: the journal knows no customer "a"'],
  ])('%s', async (_, args, message) => {
    const { status, stderr, stdout } = await apply(args);
    expect(stderr.split('\n')[0]).toContain(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('what only prints', () => {
  test.each([['yaml'], ['csv']])('--init --format %s is a manifest', async (format) => {
    const { stdout } = await apply(['--init', '--format', format]);
    const { status, stdout: plan } = await apply([file(`init.${format}`, stdout), '--dry-run']);
    expect({ status, first: plan.split('\n')[1] }).toEqual({
      status: 0,
      first: expect.stringContaining('key "acme", organization "Acme Corp", instance "Acme EU"'),
    });
  });

  test('--schema is the JSON Schema', async () => {
    const schema: unknown = JSON.parse((await apply(['--schema'])).stdout);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['version', 'organizations'],
      additionalProperties: false,
      properties: { organizations: { items: { required: ['name'], properties: { instances: { items: { required: ['handle'] } } } } } },
    });
  });

  test('--suggest-handles prints the same file with handles, and says how many', async () => {
    const names = file('names.csv', 'Firma;Ort\r\n"Müller; Söhne";Köln\r\nМосква;\r\nMüller Söhne;Bonn\r\n');
    const { stdout, stderr } = await apply([names, '--map', 'organization=Firma', '--suggest-handles']);
    expect(stdout).toBe('Firma;Ort;handle\r\n"Müller; Söhne";Köln;mueller-soehne\r\nМосква;;\r\nMüller Söhne;Bonn;mueller-soehne-b\r\n');
    expect(stderr).toBe(
      '2 proposed; look at them, as a handle can never be changed\nwarning: 1 row left without a handle: no letter from a to z is in the name\n',
    );
  });

  test('--suggest-handles keeps YAML what it is', async () => {
    const yaml = file(
      'names.yaml',
      'version: 1\norganizations:\n  - name: Müller\n    id: o-1\n    instances:\n      - name: Müller EU\n      - { name: US, handle: mueller-us }\n  - name: Initech\n',
    );
    const { stdout } = await apply([yaml, '--suggest-handles']);
    expect(stdout).toBe(
      'version: 1\norganizations:\n  - name: Müller\n    id: o-1\n    instances:\n      - name: Müller EU\n        handle: mueller-eu\n      - name: US\n        handle: mueller-us\n  - name: Initech\n',
    );
    expect(readFileSync(yaml, 'utf8')).not.toContain('mueller-eu');
  });
});
