import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Customer } from '../../src/apply/customer.ts';
import { checkManifest } from '../../src/apply/manifest/manifest.ts';
import { createResultsFile } from '../../src/apply/results-file.ts';
import { type RowResult, type RowsFormat, rowsWriter } from '../../src/apply/results-rows.ts';
import { neutralCell, readCell } from '../../src/output/neutral-cell.ts';
import { allOf, customersIn, inLine, withFile, withSource } from './manifests.ts';

/** What a run that creates everything says of each row; `i-HANDLE` is the id of an instance. */
function created(customer: Customer): readonly RowResult[] {
  const rows = customer.instances.length === 0 ? [undefined] : customer.instances;
  return rows.map((instance) => ({
    customer,
    instance,
    organizationId: customer.id ?? `o-${customer.row.number}`,
    instanceId: instance && `i-${instance.handle}`,
    productManagementUrl: instance && `https://${instance.handle}.example`,
    status: 'created',
    error: undefined,
  }));
}

/** The text of a results file of a manifest. */
function resultsOf(name: string, content: string, format: RowsFormat, map?: string, result = created): Promise<string> {
  return withSource(
    name,
    content,
    async (source) => {
      const customers = await allOf((await checkManifest(source, { groupByName: true })).customers());
      const writer = rowsWriter(format, source);
      return writer.header + customers.flatMap(result).map(writer.row).join('');
    },
    map,
  );
}

const CSV = 'organization,instance,handle,telefon\nAcme,EU,acme-eu,+49 30\nGlobex,,globex,=1+1\nAcme,US,acme-us,\n';
const MAPPED = '\uFEFFKunde;Kürzel;id\r\n"Müller; Söhne";mueller;4711\r\n';
const YAML =
  'version: 1\norganizations:\n  - { key: acme, name: Acme, instances: [{ name: EU, handle: acme-eu }, { handle: acme-us }] }\n  - name: Initech\n';
const LINES =
  '{"organization":"Acme","handle":"acme","crm":7}\n{"name":"Globex","instances":[{"name":"EU","handle":"globex"}]}\n{"organization":"Initech","city":"Bonn"}\n';

describe('a results file is a manifest, with the ids of what was created', () => {
  test.each<[name: string, content: string, map: string | undefined]>([
    ['a.csv', CSV, undefined],
    ['a.csv', MAPPED, 'organization=Kunde,handle=Kürzel'],
    ['a.csv', MAPPED, 'organization=Kunde,handle=Kürzel,key=id'],
    ['a.yaml', YAML, undefined],
    ['a.jsonl', LINES, undefined],
  ])('%s %j', async (name, content, map) => {
    const before = (await customersIn(name, content, { ...(map === undefined ? {} : { map }), groupByName: true })).map((customer) => ({
      ...customer,
      id: `o-${customer.row.number}`,
      instances: customer.instances.map((instance) => ({ ...instance, id: `i-${instance.handle}` })),
    }));
    for (const format of ['csv', 'jsonl'] as const) {
      const results = await resultsOf(name, content, format, map);
      // The order of a results file is that in which rows were done.
      const read = await customersIn(`results.${format}`, results, map === undefined ? {} : { map });
      expect(read.map(inLine).sort()).toEqual(before.map(inLine).sort());
      // What came with a row is still there, and a results file of a results file is the same again.
      const again = await resultsOf(`results.${format}`, results, format, map);
      const stable = (text: string) => text.replace(/,?"?apply_row"?:?"?\d*"?|(?<=[,;])\d+(?=[,;])/g, '');
      expect(stable(again)).toBe(stable(results));
    }
  });

  test('keeps the delimiter, the mark and every column of the file it came from', async () => {
    expect(await resultsOf('a.csv', MAPPED, 'csv', 'organization=Kunde,handle=Kürzel')).toBe(
      '\uFEFFKunde;Kürzel;id;key;apply_row;organization_id;instance_id;product_management_url;apply_status;apply_error\r\n' +
        '"Müller; Söhne";mueller;4711;"Müller; Söhne";1;o-1;i-mueller;https://mueller.example;created;\r\n',
    );
  });

  test('a create without an answer is not created again from it', async () => {
    const unknown = (customer: Customer) =>
      created(customer).map((row) => ({ ...row, organizationId: undefined, instanceId: undefined, status: 'unknown' }));
    const results = await resultsOf('a.csv', CSV, 'csv', undefined, unknown);
    expect((await customersIn('results.csv', results)).map(inLine)).toEqual(['Globex ?; Globex=globex', 'Acme ?; EU=acme-eu; US=acme-us']);
  });
});

test('cells that a spreadsheet would compute are made neutral, and read back unchanged', () => {
  expect(['=1+1', '+49 30', '-', '@home', "'=1", "O'Neill", "'quoted'", '\tx', ''].map(neutralCell)).toEqual([
    "'=1+1",
    "'+49 30",
    "'-",
    "'@home",
    "''=1",
    "O'Neill",
    "'quoted'",
    "'\tx",
    '',
  ]);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^'{0,3}[=+@-].{0,3}$/)), (text) => {
      expect(readCell(neutralCell(text))).toBe(text);
      expect(neutralCell(text)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

describe('the file of results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const manifest = join(folder, 'a.csv');
  writeFileSync(manifest, CSV);

  test("takes the place of one that is there, and is nobody else's to read", async () => {
    const path = join(folder, 'results.csv');
    writeFileSync(path, 'old\n'.repeat(100), { mode: 0o600 });
    await withFile(manifest, async (source) => {
      const customers = await allOf((await checkManifest(source, { groupByName: true })).customers());
      const file = await createResultsFile(path, '--results', source);
      for (const result of customers.flatMap(created)) await file.add(result);
      await file.close();
    });
    expect((await customersIn('results.csv', readFileSync(path))).map(inLine)).toEqual([
      'Globex #o-2; Globex=globex#i-globex',
      'Acme #o-1; EU=acme-eu#i-acme-eu; US=acme-us#i-acme-us',
    ]);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test.each<[name: string, message: RegExp]>([
    ['a.csv', /^--results: .*a\.csv is the manifest itself$/],
    ['results.xlsx', /^--results: the format of .* is not known$/],
    ['nowhere/results.csv', /^--results: .* cannot be written \(ENOENT\)$/],
  ])('%s is refused', async (name, message) => {
    await expect(
      withFile(manifest, async (source) => createResultsFile(join(folder, name), '--results', { ...source, path: manifest })),
    ).rejects.toThrow(message);
    expect(readFileSync(manifest, 'utf8')).toBe(CSV);
  });
});
