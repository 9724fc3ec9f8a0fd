import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { yamlSequence, yamlText } from '../../src/output/yaml.ts';
import { AWKWARD_STRINGS } from './awkward-strings.ts';
import { joined, streamed } from './streams.ts';

test.each([
  [{ id: 'a', note: null, tags: [] }, 'id: a\nnote: null\ntags: []\n'],
  ['yes: no', '"yes: no"\n'],
  [{ name: 'a\u202eb' }, 'name: "a\\u202eb"\n'],
  [{ name: '\x1b[31m\n' }, 'name: "\\e[31m\\n"\n'],
  [{ name: '\u{e0041}👩‍🚀' }, 'name: "\\U000e0041👩‍🚀"\n'],
  [{ 'a\u200b': 1 }, '"a\\u200b": 1\n'],
])('%j', (data, text) => {
  expect(yamlText(data)).toBe(text);
});

const anyData = fc.jsonValue({ stringUnit: 'binary' });

it('is read back as exactly the same value, and harmless in a terminal', () => {
  const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\uFEFF]/u;
  fc.assert(
    fc.property(anyData, (data) => {
      const text = yamlText(data);
      expect(JSON.stringify(parse(text))).toBe(JSON.stringify(data));
      expect(text.replaceAll('\n', '')).not.toMatch(unsafe);
    }),
  );
});

it('is the same value piece by piece', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyData), async (data) => {
      expect(JSON.stringify(parse(await joined(yamlSequence(streamed(data)))))).toBe(JSON.stringify(data));
    }),
  );
});

/** Each string as an element, as a value and as a key. */
const awkward = { list: AWKWARD_STRINGS, objects: AWKWARD_STRINGS.map((text) => ({ [text]: text })) };

test.each(['1.1', '1.2'] as const)('every awkward string is read back by a reader of YAML %s', (version) => {
  expect(parse(yamlText(awkward), { version })).toEqual(awkward);
});

/** PyYAML reads YAML 1.1, more strictly than most. */
const readWithPyYaml = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read())))';

test('every awkward string is read back by PyYAML', { tags: ['python3-yaml'] }, () => {
  const { stdout, stderr } = spawnSync('python3', ['-c', readWithPyYaml], { input: yamlText(awkward), encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(awkward);
});
