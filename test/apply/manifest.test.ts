import { describe, expect, test } from 'vitest';
import { customersIn, inLine, problemsIn, withManifest } from './manifests.ts';

const yaml = (organizations: string): string => `version: 1\norganizations:\n${organizations}`;

/** What the same two customers are in each format. */
const ACME = ['acme|Acme Corp; Acme EU=acme-eu; Acme US=acme-us', 'Globex; Globex=globex'];

describe('the same customers in every format', () => {
  test.each<[format: string, name: string, content: string]>([
    [
      'CSV',
      'a.csv',
      'key,organization,instance,handle\nacme,Acme Corp,Acme EU,acme-eu\n,Globex,Globex,globex\nacme,Acme Corp,Acme US,acme-us\n',
    ],
    [
      'CSV with capitals and more columns',
      'a.csv',
      'City;Handle;Organization;Key;Instance\nX;acme-eu;Acme Corp;acme;Acme EU\n;acme-us;Acme Corp;acme;Acme US\nX;globex;Globex;;\n',
    ],
    [
      'CSV with tabs',
      'a.tsv',
      'key\torganization\tinstance\thandle\nacme\tAcme Corp\tAcme EU\tacme-eu\nacme\tAcme Corp\tAcme US\tacme-us\n\tGlobex\t\tglobex',
    ],
    [
      'CSV with a mark, CR LF and lines that are empty',
      'a.csv',
      '\uFEFFkey,organization,instance,handle\r\n\r\nacme,Acme Corp,Acme EU,acme-eu\r\n,,,\r\nacme,"Acme Corp",Acme US,acme-us\r\n\r\n,Globex,,globex',
    ],
    [
      'JSON Lines, flat',
      'a.jsonl',
      '{"key":"acme","organization":"Acme Corp","instance":"Acme EU","handle":"acme-eu"}\n\n{"key":"acme","organization":"Acme Corp","instance":"Acme US","handle":"acme-us","n":1}\r\n{"organization":"Globex","handle":"globex","key":null}',
    ],
    [
      'JSON Lines, nested',
      'a.ndjson',
      '{"key":"acme","name":"Acme Corp","instances":[{"name":"Acme EU","handle":"acme-eu"},{"name":"Acme US","handle":"acme-us"}]}\n{"name":"Globex","instances":[{"handle":"globex"}]}\n',
    ],
    [
      'YAML',
      'a.yaml',
      yaml(
        '  - key: acme\n    name: Acme Corp\n    instances:\n      - { name: Acme EU, handle: acme-eu }\n      - name: "Acme US"\n        handle: acme-us\n  - name: Globex\n    instances: [{ handle: globex }]\n',
      ),
    ],
    [
      'JSON',
      'a.json',
      '{"version": 1, "organizations": [{"key":"acme","name":"Acme Corp","instances":[{"name":"Acme EU","handle":"acme-eu"},\n{"name":"Acme US","handle":"acme-us"}]},\t{"name":"Globex","instances":[{"handle":"globex"}]}]}',
    ],
    [
      'UTF-16',
      'a.csv',
      '\uFEFFkey,organization,instance,handle\nacme,Acme Corp,Acme EU,acme-eu\nacme,Acme Corp,Acme US,acme-us\n,Globex,,globex\n',
    ],
  ])('%s', async (format, name, content) => {
    const customers = await customersIn(name, format === 'UTF-16' ? Buffer.from(content, 'utf16le') : content);
    expect(customers.map(inLine).sort()).toEqual(ACME.toSorted());
  });
});

describe('a customer', () => {
  test.each<[what: string, csv: string, customer: string]>([
    ['is its name without a key', 'organization,handle\nAcme,acme\n', 'Acme; Acme=acme'],
    ['has a name in NFC as its key', 'organization,handle\nCafe\u0301,cafe\n', 'Caf\u00e9|Cafe\u0301; Cafe\u0301=cafe'],
    ['may have no instance', 'organization,handle\nAcme,\n', 'Acme'],
    ['has an id', 'organization,id,handle\nAcme,o-1,acme\n', 'Acme #o-1; Acme=acme'],
    ['has an id of a results file', 'organization,organization_id,handle,instance_id\nAcme,o-1,acme,i-1\n', 'Acme #o-1; Acme=acme#i-1'],
    ['is unknown in a results file', 'organization,handle,organization_id,apply_status\nAcme,acme,,unknown\n', 'Acme ?; Acme=acme'],
    [
      'is not unknown when its id is known',
      'organization,handle,organization_id,apply_status\nAcme,acme,o-1,unknown\n',
      'Acme #o-1; Acme=acme',
    ],
    ['may look like a formula when it is said', "organization,handle\n'=mc2,mc\n", '=mc2; =mc2=mc'],
    ['may begin with a hyphen', 'organization,handle\n-Punkt-,punkt\n', '-Punkt-; -Punkt-=punkt'],
    ['has white space taken off', 'organization,handle\n Acme , acme\n', 'Acme; Acme=acme'],
    ['has commas and quotes', 'organization,handle\n"Acme, ""The"" Corp",acme\n', 'Acme, "The" Corp; Acme, "The" Corp=acme'],
  ])('%s', async (_, csv, customer) => {
    expect((await customersIn('a.csv', csv)).map(inLine)).toEqual([customer]);
  });

  test('is found by the names that are mapped, whatever else there is', async () => {
    const csv = 'ID;Kunde;Kürzel;id;status\n17;Acme;acme;4711;unknown\n';
    const customers = await customersIn('a.csv', csv, { map: 'organization=Kunde,handle=Kürzel,key=ID' });
    expect(customers.map(inLine)).toEqual(['17|Acme; Acme=acme']);
    expect(customers[0]?.row).toEqual({
      number: 1,
      line: 2,
      column: 1,
      fields: { ID: '17', Kunde: 'Acme', Kürzel: 'acme', id: '4711', status: 'unknown' },
    });
  });

  test('of several rows is there when the last of them is, and so are rows of one name that are grouped', async () => {
    const csv = 'organization,instance,handle\nAcme,EU,acme-eu\nGlobex,,globex\nAcme,US,acme-us\n';
    expect((await customersIn('a.csv', csv, { groupByName: true })).map(inLine)).toEqual([
      'Globex; Globex=globex',
      'Acme; EU=acme-eu; US=acme-us',
    ]);
  });
});

describe('what is wrong is said with its place', () => {
  test.each<[what: string, name: string, content: string, problems: readonly string[]]>([
    ['an empty file', 'a.csv', '', ['1:1 the file is empty']],
    ['a header alone', 'a.csv', 'organization,handle\n', ['1:1 there is no customer in it']],
    [
      'a header without a name that is known',
      'a.csv',
      'Kunde;Ort\nAcme;Bonn\n',
      ['1:1 no column is called organization; there are "Kunde", "Ort"'],
    ],
    [
      'a column that is nearly right',
      'a.csv',
      'organisation,handle\nAcme,acme\n',
      ['1:1 the column "organisation" is not known; did you mean organization?'],
    ],
    [
      'another one',
      'a.csv',
      'organization,Instanz,handle\nAcme,A,acme\n',
      ['1:14 the column "Instanz" is not known; did you mean instance?'],
    ],
    ['a column twice', 'a.csv', 'organization,handle,handle\nAcme,acme,b\n', ['1:21 two columns are called "handle"']],
    [
      'a column that would change objects',
      'a.csv',
      'organization,handle,__proto__\nAcme,acme,1\n',
      ['1:21 a column cannot be called __proto__'],
    ],
    ['a row without a name', 'a.csv', 'organization,handle\n,acme\n', ['2:1 the row has no organization; it needs a name']],
    [
      'a handle that is none',
      'a.csv',
      'organization,handle\n"A,\nB",x\nAcme,Acme\n"C ""D""",acme1\n',
      [
        '2:1 organization "A,\\nB" has a line break in it (U+000A)',
        '4:6 handle "Acme": a handle has no capital letters',
        '5:11 handle "acme1": a handle has no digits',
      ],
    ],
    ['an instance without a handle', 'a.csv', 'organization,instance,handle\nAcme,EU,\n', ['2:6 instance "EU" has no handle']],
    ['a handle twice', 'a.csv', 'organization,handle\nAcme,acme\n\nGlobex,acme\n', ['4:8 handle "acme" stands twice, first in line 2']],
    [
      'one name twice',
      'a.csv',
      'organization,handle\nAcme,a\nAcme,b\n',
      ['3:1 organization "Acme" stands twice, first in line 2, and has no key'],
    ],
    [
      'one key with two names',
      'a.csv',
      'key,organization,handle\nk,Acme,a\nk,Globex,b\n',
      ['3:3 key "k" has two names: "Acme" in line 2 and "Globex" here'],
    ],
    [
      'one key with two ids',
      'a.csv',
      'key,organization,handle,id\nk,Acme,a,1\nk,Acme,b,2\nk,Acme,c,\n',
      ['3:10 key "k" has two ids: "1" and "2"'],
    ],
    [
      'two keys with one id',
      'a.csv',
      'key,organization,handle,id\nk,Acme,a,o-1\nl,Globex,b,O-1\nk,Acme,c,o-1\n',
      ['3:12 id "O-1" is that of another customer, first in line 2'],
    ],
    [
      'a row without an instance beside others',
      'a.csv',
      'key,organization,handle\nk,Acme,a\nk,Acme,\n',
      ['3:8 the row has no handle, but its customer has other rows, the first in line 2'],
    ],
    [
      'an instance of nowhere',
      'a.csv',
      'organization,handle,instance_id\nAcme,acme,i-1\n',
      ['2:11 the row has the id of an instance, but none of its organization'],
    ],
    [
      'a formula',
      'a.csv',
      'organization,handle\n"=HYPERLINK(""x"",""Acme"")",a\n#REF!,b\n+SUM(A1),c\n',
      [
        '2:1 organization "=HYPERLINK(\\"x\\",\\"Acme\\")" is a formula, not its result',
        '3:1 organization "#REF!" is a formula, not its result',
        '4:1 organization "+SUM(A1)" is a formula, not its result',
      ],
    ],
    [
      'more cells than columns',
      'a.csv',
      'organization,handle\nMiller, Sons,miller\n',
      ['2:14 the row has 3 cells, the header 2', '2:8 handle "Sons": a handle has no capital letters'],
    ],
    [
      'a quote that is open',
      'a.csv',
      'organization,handle\n"Acme,acme\nGlobex,globex\n',
      ['2:1 a quote that opens in this row is not closed'],
    ],
    ['a quote within a cell', 'a.csv', 'organization,handle\nScreen 24",acme\n', ['2:1 this row has a quote in the middle of a cell']],
    [
      'a tab in a name',
      'a.csv',
      'organization,handle\nAcme\tCorp,acme\n',
      ['2:1 organization "Acme\\tCorp" has a control character (U+0009)'],
    ],
    [
      'a row of a megabyte',
      'a.csv',
      `organization,handle\n${'x'.repeat(1_100_000)},acme\n`,
      ['2:1 a row that begins here is longer than 1,000,000 characters; perhaps a quote is left open'],
    ],
    [
      'a line of a megabyte',
      'a.jsonl',
      `{"organization":"A","handle":"a"}\n${'x'.repeat(1_100_000)}\n{"organization":"A","handle":"a"}\n`,
      [
        '2:1 the line is longer than 1,000,000 characters',
        '3:1 organization "A" stands twice, first in line 1, and has no key',
        '3:1 handle "a" stands twice, first in line 1',
      ],
    ],
    [
      'lines that are no JSON',
      'a.jsonl',
      '{"organization":"A"\n[]\n{"organization":4}\n{"organisation":"A"}\n{"__proto__":1}\n{"name":"A","instances":{}}\n',
      [
        '1:20 not JSON: close brace expected',
        '2:1 the line is not a JSON object',
        '3:1 organization must be text, not 4; put quotes around it',
        '4:1 the column "organisation" is not known; did you mean organization?',
        '5:1 a column cannot be called __proto__',
        '6:1 instances must be a list, not a mapping',
      ],
    ],
    ['YAML that is none', 'a.yaml', yaml('  - name: "Acme\n'), ['4:1 not YAML: Missing closing "quote']],
    ['YAML indented with a tab', 'a.yaml', yaml('\t- name: Acme\n'), ['3:1 a tab is used to indent']],
    [
      'YAML with names that are not known',
      'a.yaml',
      yaml('  - name: Acme\n    instance:\n      - { name: A, handle: a }\n'),
      ['5:7 "instance" is not known; did you mean instances?'],
    ],
    [
      'YAML with a number for a name',
      'a.yaml',
      yaml('  - name: 4711\n    key: 1.0\n'),
      [
        '3:11 name must be text, not the number 4711; put quotes around it',
        '4:10 key must be text, not the number 1; put quotes around it',
      ],
    ],
    [
      'YAML with a key of objects',
      'a.yaml',
      yaml('  - name: Acme\n    __proto__: { a: 1 }\n'),
      ['4:16 "__proto__" is not known; known are key, name, id, instances'],
    ],
    ['YAML with a name twice', 'a.yaml', yaml('  - name: Acme\n    name: Globex\n'), ['4:5 not YAML: Map keys must be unique']],
    ['YAML of another version', 'a.yaml', 'version: 2\norganizations: []\n', ['1:10 version 2 is not known; it must be 1']],
    ['YAML without a version', 'a.yaml', 'organizations:\n  - name: Acme\n', ['1:1 version is missing; it is version: 1']],
    ['YAML that is a list', 'a.yaml', '- name: Acme\n', ['1:1 the manifest must be a mapping, not a list']],
    ['YAML that is empty', 'a.yaml', '', ['1:1 the manifest must be a mapping, not empty']],
    [
      'YAML without a handle',
      'a.yaml',
      yaml('  - name: Acme\n    instances:\n      - name: Acme EU\n'),
      ['5:15 instance "Acme EU" has no handle'],
    ],
    [
      'an entry twice',
      'a.yaml',
      yaml('  - { key: a, name: Acme }\n  - { key: a, name: Acme }\n'),
      ['4:12 key "a" stands twice, first in line 3'],
    ],
    ['JSON with a comment', 'a.json', '{"version": 1, // one\n "organizations": []}', ['1:16 not JSON: invalid comment token']],
    ['JSON with a name twice', 'a.json', '{"version":1,"organizations":[{"name":"A","name":"B"}]}', ['1:43 the key "name" stands twice']],
    ['JSON that is deep', 'a.json', '['.repeat(100_000), ['1:1 not JSON, or nested too deeply']],
  ])('%s', async (_, name, content, problems) => {
    expect(await problemsIn(customersIn(name, content))).toEqual(problems);
  });

  test('a bomb of aliases is refused in no time', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(12)}]`);
    const bomb = `a0: &a0 [x]\n${levels.join('\n')}\nversion: 1\norganizations: []\n`;
    expect(await problemsIn(customersIn('a.yaml', bomb))).toEqual(['1:1 there are more than 100 aliases (*name) in it']);
  });

  test('Latin-1 is named in each cell, also in one that is only carried through', async () => {
    const csv = Buffer.from('organization;handle;Stra\xDFe\nM\xFCller;mueller;x\n', 'latin1');
    expect(await problemsIn(customersIn('a.csv', csv))).toEqual(['1:21 the column "Stra\uFFFDe" has bytes that are not UTF-8 (U+FFFD)']);
    const cells = Buffer.from('organization;handle;Ort\nM\xFCller;mueller;x\nAcme;acme;K\xF6ln\n', 'latin1');
    expect(await problemsIn(customersIn('a.csv', cells))).toEqual([
      '2:1 organization "M\uFFFDller" has bytes that are not UTF-8 (U+FFFD)',
      '3:1 Ort "K\uFFFDln" has bytes that are not UTF-8 (U+FFFD)',
    ]);
  });

  test('fifty are told, the rest are counted', async () => {
    const csv = `organization,handle\n${Array.from({ length: 1_234 }, (_, at) => `Acme ${at},A\n`).join('')}`;
    const problems = await problemsIn(customersIn('a.csv', csv));
    expect(problems).toHaveLength(51);
    expect(problems[50]).toBe('and 1,184 more');
  });
});

test('white space that is taken off is noticed once, with the first place', async () => {
  const notice = await withManifest('a.csv', 'organization,handle\nAcme , acme\n Globex,globex\n', async (manifest) => manifest.notice);
  expect(notice).toMatch(/^the white space around 3 values was taken off, first at .*a\.csv:2:1$/);
});
