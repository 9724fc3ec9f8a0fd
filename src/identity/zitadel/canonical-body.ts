import { isRecord } from '../../record.ts';
import type { Body, BodyField } from './body-fields.ts';

/**
 * A body in the one form that is checked and sent, from any form that the API takes (the JSON mapping of Protocol Buffers): fields by their JSON
 * names, where they may have the names of the proto file as well (`user_name`); enumerations by the names of their values, where they may be numbers;
 * and without what is null, which is the same as absent. What is given by both names keeps both, and is refused as a stranger. Pure.
 */
export function canonicalBody(fields: readonly BodyField[], body: Body, before = ''): Body {
  const isKnown = (path: string) => fields.some((field) => field.path === path || field.path.startsWith(`${path}.`));
  const entries = Object.entries(body).flatMap(([given, value]): readonly (readonly [string, unknown])[] => {
    if (value === null) return [];
    const jsonName = given.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = isKnown(before + jsonName) && (jsonName === given || !Object.hasOwn(body, jsonName)) ? jsonName : given;
    const path = before + name;
    if (isRecord(value) && isKnown(path)) return [[name, canonicalBody(fields, value, `${path}.`)]];
    return [[name, enumName(fields.find((field) => field.path === path)?.values, value)]];
  });
  return Object.fromEntries(entries);
}

/** The name of an enumeration's value that was given by its number; anything else as it is. */
function enumName(values: readonly string[] | undefined, value: unknown): unknown {
  return typeof value === 'number' ? (values?.[value] ?? value) : value;
}
