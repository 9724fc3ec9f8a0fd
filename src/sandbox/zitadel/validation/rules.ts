import { type DescEnum, isFieldSet } from '@bufbuild/protobuf';
import { type Duration, durationMs } from '@bufbuild/protobuf/wkt';
import {
  type BoolRules,
  BoolRulesSchema,
  type BytesRules,
  type DurationRules,
  type EnumRules,
  type FieldRules,
  type RepeatedRules,
  type StringRules,
  type UInt32Rules,
  UInt32RulesSchema,
  type UInt64Rules,
  UInt64RulesSchema,
} from '@zitadel/proto/validate/validate_pb';
import { emailAddressProblem } from './email-address.ts';

/** The kinds of rules of values that ZITADEL's messages have. */
export const KNOWN_RULES: readonly FieldRules['type']['case'][] = [
  'string',
  'bytes',
  'enum',
  'bool',
  'uint32',
  'uint64',
  'duration',
  'timestamp',
  'repeated',
  undefined,
];

/**
 * What is wrong with a scalar or an enumeration value by the rules of its field, in the words of protoc-gen-validate; undefined when
 * nothing is. A rule of zero is none.
 */
export function valueProblem(value: unknown, rules: FieldRules['type'], enumeration: DescEnum | undefined): string | undefined {
  if (rules.case === 'string' && typeof value === 'string') return stringProblem(value, rules.value);
  if (rules.case === 'bytes' && value instanceof Uint8Array) return bytesProblem(value, rules.value);
  if (rules.case === 'enum' && typeof value === 'number' && enumeration) return enumProblem(value, rules.value, enumeration);
  if (rules.case === 'bool' && typeof value === 'boolean') return boolProblem(value, rules.value);
  if (rules.case === 'uint32' && typeof value === 'number') return isAbove(BigInt(value), uint32Bound(rules.value));
  if (rules.case === 'uint64' && typeof value === 'bigint') return isAbove(value, uint64Bound(rules.value));
  return undefined;
}

/** What is wrong with the number of items. */
export function countProblem(count: number, { minItems, maxItems }: RepeatedRules): string | undefined {
  const number = BigInt(count);
  if (number >= minItems && (maxItems === 0n || number <= maxItems)) return undefined;
  if (minItems > 0n && maxItems > 0n) return `value must contain between ${minItems} and ${maxItems} items, inclusive`;
  return maxItems === 0n ? `value must contain at least ${minItems} item(s)` : `value must contain no more than ${maxItems} item(s)`;
}

/** What is wrong with a length of time. */
export function durationProblem(value: Duration, { gte, lte }: DurationRules): string | undefined {
  if (gte === undefined || lte === undefined) return undefined;
  const [least, most] = [durationMs(gte), durationMs(lte)];
  const isInside = durationMs(value) >= least && durationMs(value) <= most;
  return isInside ? undefined : `value must be inside range [${least / 1000}s, ${most / 1000}s]`;
}

/** Lengths count Unicode characters. */
function stringProblem(value: string, rules: StringRules): string | undefined {
  if (rules.ignoreEmpty && value === '') return undefined;
  const { minLen, maxLen, len, maxBytes, prefix, wellKnown } = rules;
  const runes = BigInt([...value].length);
  if (len !== 0n && runes !== len) return `value length must be ${len} runes`;
  if (isOutside(runes, minLen, maxLen)) return lengthProblem(minLen, maxLen, 'runes');
  if (maxBytes !== 0n && BigInt(Buffer.byteLength(value)) > maxBytes) return `value length must be at most ${maxBytes} bytes`;
  if (!value.startsWith(prefix)) return `value does not have prefix ${JSON.stringify(prefix)}`;
  const cause = wellKnown.case === 'email' && wellKnown.value ? emailAddressProblem(value) : undefined;
  return cause && `value must be a valid email address | caused by: ${cause}`;
}

function bytesProblem(value: Uint8Array, { minLen, maxLen }: BytesRules): string | undefined {
  return isOutside(BigInt(value.length), minLen, maxLen) ? lengthProblem(minLen, maxLen, 'bytes') : undefined;
}

function enumProblem(value: number, { definedOnly, notIn }: EnumRules, enumeration: DescEnum): string | undefined {
  const names = notIn.map((number) => enumeration.value[number]?.name ?? number);
  if (notIn.includes(value)) return `value must not be in list [${names.join(' ')}]`;
  return definedOnly && enumeration.value[value] === undefined ? 'value must be one of the defined enum values' : undefined;
}

function boolProblem(value: boolean, rules: BoolRules): string | undefined {
  return isFieldSet(rules, BoolRulesSchema.field.const) && value !== rules.const ? `value must equal ${rules.const}` : undefined;
}

function uint32Bound(rules: UInt32Rules): bigint | undefined {
  return isFieldSet(rules, UInt32RulesSchema.field.gt) ? BigInt(rules.gt) : undefined;
}

function uint64Bound(rules: UInt64Rules): bigint | undefined {
  return isFieldSet(rules, UInt64RulesSchema.field.gt) ? rules.gt : undefined;
}

function isAbove(value: bigint, bound: bigint | undefined): string | undefined {
  return bound !== undefined && value <= bound ? `value must be greater than ${bound}` : undefined;
}

function isOutside(length: bigint, least: bigint, most: bigint): boolean {
  return length < least || (most !== 0n && length > most);
}

function lengthProblem(least: bigint, most: bigint, unit: 'runes' | 'bytes'): string {
  if (least === 0n) return `value length must be at most ${most} ${unit}`;
  if (most === 0n) return `value length must be at least ${least} ${unit}`;
  return `value length must be between ${least} and ${most} ${unit}, inclusive`;
}
