import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { createPrinter, type OutputFormat } from '../../src/output/printer.ts';
import type { View } from '../../src/output/view.ts';
import { type CollectedOutput, collectedOutput } from '../support/collected-output.ts';
import { type Place, place, placeView } from './place.ts';

const ACME = place('p-1', 'Acme', null, ['eu', 'us']);
const ZOE = place('p-2', 'Zoë', 'a\tb');

const clock = { now: () => Date.parse('2026-10-15T12:00:00Z') };

const printer = (stdout: CollectedOutput, format?: OutputFormat, fields?: readonly string[]) =>
  createPrinter({ stdout, clock, format, fields, colour: 0 });

async function listed(places: Iterable<Place> | AsyncIterable<Place>, stdout: CollectedOutput, format?: OutputFormat, fields?: string[]) {
  await printer(stdout, format, fields).list(placeView, places);
  return stdout.text();
}

async function shown(value: Place, stdout: CollectedOutput, format?: OutputFormat, fields?: string[]) {
  await printer(stdout, format, fields).record(placeView, value);
  return stdout.text();
}

const pipe = () => collectedOutput();
const terminal = () => collectedOutput({ isTerminal: true, columns: 80 });

describe('list', () => {
  test.each<[string, CollectedOutput, OutputFormat | undefined, string[] | undefined, string]>([
    ['a table on a terminal', terminal(), undefined, undefined, 'ID   NAME  NOTE\np-1  Acme  -\np-2  Zoë   a\\tb\n'],
    ['TSV otherwise', pipe(), undefined, undefined, 'p-1\tAcme\t\np-2\tZoë\ta\\tb\n'],
    ['a table when asked for', pipe(), 'table', undefined, 'ID   NAME  NOTE\np-1  Acme  -\np-2  Zoë   a\\tb\n'],
    ['ids', terminal(), 'id', undefined, 'p-1\np-2\n'],
    ['chosen columns', pipe(), 'tsv', ['tags', 'id'], 'eu, us\tp-1\n\tp-2\n'],
    ['CSV', pipe(), 'csv', ['id', 'note', 'tags'], 'id,note,tags\r\np-1,,"eu, us"\r\np-2,a\\tb,\r\n'],
    ['chosen keys', pipe(), 'json', ['tags', 'id'], '[{"tags":["eu","us"],"id":"p-1"},{"tags":[],"id":"p-2"}]\n'],
    ['compact JSON', pipe(), 'json', undefined, `${JSON.stringify([ACME, ZOE])}\n`],
    ['indented JSON on a terminal', terminal(), 'json', undefined, `${JSON.stringify([ACME, ZOE], null, 2)}\n`],
    ['YAML', pipe(), 'yaml', ['id', 'note'], '- id: p-1\n  note: null\n- id: p-2\n  note: "a\\tb"\n'],
  ])('%s', async (_name, stdout, format, fields, text) => {
    expect(await listed([ACME, ZOE], stdout, format, fields)).toBe(text);
  });

  test.each<[OutputFormat, string]>([
    ['table', ''],
    ['tsv', ''],
    ['csv', 'id,name,note\r\n'],
    ['id', ''],
    ['json', '[]\n'],
    ['yaml', '[]\n'],
  ])('an empty %s is %j', async (format, text) => {
    expect(await listed([], terminal(), format)).toBe(text);
  });

  test.each<OutputFormat>(['tsv', 'csv', 'id', 'yaml'])('%s is written as rows come', async (format) => {
    const stdout = pipe();
    const written: number[] = [];
    async function* source() {
      yield ACME;
      written.push(stdout.writes.length);
      yield ZOE;
      written.push(stdout.writes.length);
    }
    await listed(source(), stdout, format);
    expect(written).toEqual([1, 2]);
  });

  test.each<OutputFormat>(['table', 'tsv', 'csv', 'id', 'json', 'yaml'])('%s pulls no more once the reader has gone', async (format) => {
    let pulled = 0;
    let released = false;
    async function* endless() {
      try {
        for (;;) {
          pulled += 1;
          yield ACME;
        }
      } finally {
        released = true;
      }
    }
    await listed(endless(), collectedOutput({ closesAfter: 1 }), format);
    // A table is as wide as its first rows; JSON comes when it is whole, unless it is very large.
    if (format === 'json') expect(pulled).toBeLessThan(17 * 1024 * 1024 * 0.1);
    else expect(pulled).toBe(format === 'table' ? 100 : 1);
    expect(released).toBe(true);
  });

  test.each<OutputFormat>(['table', 'tsv', 'csv', 'id', 'json', 'yaml'])(
    '%s of a source that fails at once writes nothing',
    async (format) => {
      const stdout = pipe();
      async function* broken(): AsyncGenerator<Place> {
        yield* await Promise.reject<Place[]>(new Error('connection lost'));
      }
      await expect(listed(broken(), stdout, format)).rejects.toThrow('connection lost');
      expect(stdout.writes).toEqual([]);
    },
  );

  it('writes nothing of an array when the source fails midway', async () => {
    const stdout = pipe();
    async function* broken() {
      yield ACME;
      throw new Error('connection lost');
    }
    await expect(listed(broken(), stdout, 'json')).rejects.toThrow('connection lost');
    expect(stdout.text()).toBe('');
  });

  test.each<OutputFormat>(['table', 'tsv', 'csv', 'json', 'yaml'])(
    '%s refuses an unknown field before it pulls anything',
    async (format) => {
      let pulled = false;
      async function* source() {
        pulled = true;
        yield ACME;
      }
      await expect(listed(source(), pipe(), format, ['nope'])).rejects.toMatchObject({ code: 'usage' });
      expect(pulled).toBe(false);
    },
  );
});

describe('a field that is a time', () => {
  interface Visit {
    readonly id: string;
    readonly at: string | null;
  }
  const AT = '2026-10-15T11:57:00+00:00';
  const VISITS: readonly Visit[] = [
    { id: 'v-1', at: AT },
    { id: 'v-2', at: null },
  ];
  const visitView: View<Visit> = {
    kind: 'visit',
    fields: [
      { name: 'id', heading: 'ID', table: true, text: ({ id }) => id },
      { name: 'at', heading: 'At', table: true, isTime: true, text: ({ at }) => at },
    ],
    id: ({ id }) => id,
    json: (visit) => ({ ...visit }),
  };

  test.each<[string, CollectedOutput, OutputFormat | undefined, string[] | undefined, string]>([
    ['relative on a terminal', terminal(), undefined, undefined, 'ID   AT\nv-1  3 minutes ago\nv-2  -\n'],
    ['relative on a terminal when it is chosen', terminal(), undefined, ['at'], 'AT\n3 minutes ago\n-\n'],
    ['exact in a pipe', pipe(), undefined, undefined, `v-1\t${AT}\nv-2\t\n`],
    ['exact in a table in a pipe', pipe(), 'table', undefined, `ID   AT\nv-1  ${AT}\nv-2  -\n`],
    ['exact in TSV on a terminal', terminal(), 'tsv', undefined, `v-1\t${AT}\nv-2\t\n`],
    ['exact in CSV on a terminal', terminal(), 'csv', ['at'], `at\r\n${AT}\r\n\r\n`],
    ['exact in YAML on a terminal', terminal(), 'yaml', ['at'], `- at: "${AT}"\n- at: null\n`],
    ['exact in JSON on a terminal', terminal(), 'json', ['at'], `${JSON.stringify([{ at: AT }, { at: null }], null, 2)}\n`],
  ])('is %s', async (_name, stdout, format, fields, text) => {
    await printer(stdout, format, fields).list(visitView, VISITS);
    expect(stdout.text()).toBe(text);
  });

  it.each<[string, CollectedOutput, string]>([
    ['relative on a terminal', terminal(), 'ID  v-1\nAt  3 minutes ago\n'],
    ['exact in a pipe', pipe(), `v-1\t${AT}\n`],
  ])('of one resource is %s', async (_name, stdout, text) => {
    await printer(stdout).record(visitView, { id: 'v-1', at: AT });
    expect(stdout.text()).toBe(text);
  });
});

describe('record', () => {
  test.each<[string, CollectedOutput, OutputFormat | undefined, string[] | undefined, string]>([
    ['lines on a terminal', terminal(), undefined, undefined, 'ID    p-1\nName  Acme\nNote  -\nTags  eu\n      us\n'],
    ['chosen lines', terminal(), undefined, ['name', 'id'], 'Name  Acme\nID    p-1\n'],
    ['TSV otherwise', pipe(), undefined, undefined, 'p-1\tAcme\t\n'],
    ['CSV', pipe(), 'csv', undefined, 'id,name,note\r\np-1,Acme,\r\n'],
    ['its id', pipe(), 'id', undefined, 'p-1\n'],
    ['compact JSON', pipe(), 'json', undefined, `${JSON.stringify(ACME)}\n`],
    ['indented JSON on a terminal', terminal(), 'json', ['note'], '{\n  "note": null\n}\n'],
    ['YAML', pipe(), 'yaml', ['id', 'tags'], 'id: p-1\ntags:\n  - eu\n  - us\n'],
  ])('%s', async (_name, stdout, format, fields, text) => {
    expect(await shown(ACME, stdout, format, fields)).toBe(text);
  });

  it('never cuts', async () => {
    expect(await shown(place('1', 'n'.repeat(300)), terminal())).toContain('n'.repeat(300));
  });

  test.each<OutputFormat>(['table', 'tsv', 'csv', 'id', 'json', 'yaml'])('%s lets no escape sequence through', async (format) => {
    const text = await shown(place('\x1b[2J', '\u202e\x9b', '\n\x07', ['\x7f']), terminal(), format);
    expect(text.replaceAll(/[\n\t]|\r(?=\n)/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe('value', () => {
  test.each<[string, OutputFormat | undefined, string]>([
    ['text on its lines', undefined, 'a\n└─ b\n'],
    ['text in a table', 'table', 'a\n└─ b\n'],
    ['text for ids', 'id', 'a\n└─ b\n'],
    ['JSON', 'json', '{"a":"b"}\n'],
    ['YAML', 'yaml', 'a: b\n'],
  ])('%s', async (_name, format, text) => {
    const stdout = pipe();
    await printer(stdout, format).value({ a: 'b' }, ['a', '└─ b']);
    expect(stdout.text()).toBe(text);
  });

  it('writes nothing for no text', async () => {
    const stdout = pipe();
    await printer(stdout).value([], []);
    expect(stdout.writes).toEqual([]);
  });

  it('ends with one newline and escapes each line', async () => {
    const stdout = terminal();
    await printer(stdout).value('', ['\x1b[2J', 'x\n└─ forged']);
    expect(stdout.text()).toBe('\\x1b[2J\nx\\n└─ forged\n');
  });
});

describe('check', () => {
  it('refuses an unknown field', () => expect(() => printer(pipe(), 'json', ['nope']).check(placeView)).toThrow('unknown field "nope"'));
  it('accepts known ones', () => expect(() => printer(pipe(), 'json', ['id']).check(placeView)).not.toThrow());
  it('accepts none', () => expect(() => printer(pipe()).check(placeView)).not.toThrow());
});

it('writes YAML that is the same data as JSON', async () => {
  const json = await listed([ACME, ZOE], pipe(), 'json');
  const yaml = await listed([ACME, ZOE], pipe(), 'yaml');
  expect(parse(yaml)).toEqual(JSON.parse(json));
});
