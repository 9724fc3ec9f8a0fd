import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { jsonArray, jsonText } from '../../src/output/json.ts';
import { joined, streamed } from './streams.ts';

describe('jsonText', () => {
  test.each([
    [null, 'null'],
    [undefined, 'null'],
    [[], '[]'],
    [{ a: 1, b: null }, '{"a":1,"b":null}'],
    ['\x1b[31m', '"\\u001b[31m"'],
    ['\x7f\x9b\u202e\u2028', '"\\u007f\\u009b\\u202e\\u2028"'],
    ['\u{e0041}', '"\\udb40\\udc41"'],
    ['Zoë 👩‍🚀', '"Zoë 👩‍🚀"'],
  ])('%j', (data, text) => {
    expect(jsonText(data, 'compact')).toBe(text);
  });

  it('is indented by two spaces for a person', () => {
    expect(jsonText({ a: [1], b: {} }, 'indented')).toBe('{\n  "a": [\n    1\n  ],\n  "b": {}\n}');
  });

  const anyData = fc.jsonValue({ stringUnit: 'binary' });

  it('is read back as exactly the same value, and harmless in a terminal', () => {
    const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\uFEFF]/u;
    fc.assert(
      fc.property(anyData, fc.constantFrom('indented' as const, 'compact' as const), (data, style) => {
        const text = jsonText(data, style);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(data));
        expect(text.replaceAll('\n', '')).not.toMatch(unsafe);
      }),
    );
  });

  it('is the same piece by piece', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyData), fc.constantFrom('indented' as const, 'compact' as const), async (data, style) => {
        expect(await joined(jsonArray(streamed(data), style))).toBe(`${jsonText(data, style)}\n`);
      }),
    );
  });
});
