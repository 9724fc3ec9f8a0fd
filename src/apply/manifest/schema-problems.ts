import type { $ZodIssue } from 'zod/v4/core';
import { closest } from '../../output/closest.ts';
import { isRecord } from '../../record.ts';
import { shownValue } from './problems.ts';
import type { SchemaProblem } from './schema.ts';

const NAMES: Readonly<Record<string, string>> = { string: 'text', array: 'a list', object: 'a mapping' };

/** The keys of an object of the schema, by the place that it stands in. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return ['version', 'organizations'];
  return path.includes('instances') ? ['name', 'handle', 'id'] : ['key', 'name', 'id', 'instances'];
}

/** What a schema has against a value, in our words: with the value and the rule. `isEntry`: the value is one organization. Pure. */
export function schemaProblems(issues: readonly $ZodIssue[], value: unknown, isEntry = false): readonly SchemaProblem[] {
  return issues.flatMap((issue): SchemaProblem[] => {
    const path = issue.path;
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => {
          const known = keysAt(isEntry ? ['organizations', ...path] : path);
          const meant = closest(key, known);
          const help = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
          return { path: [...path, key], message: `${shownValue(key)} is not known; ${help}` };
        });
      case 'invalid_type': {
        const found = valueAt(value, path);
        const name = String(path.at(-1) ?? 'the manifest');
        if (found === undefined) return [{ path: path.slice(0, -1), message: `${name} is missing` }];
        const wanted = NAMES[issue.expected] ?? issue.expected;
        const quotes = issue.expected === 'string' && ['number', 'boolean'].includes(typeof found) ? `; put quotes around it` : '';
        return [{ path, message: `${described(path)} must be ${wanted}, not ${kindOf(found)}${quotes}` }];
      }
      case 'invalid_value':
        if (valueAt(value, path) === undefined) return [{ path: path.slice(0, -1), message: 'version is missing; it is version: 1' }];
        return [{ path, message: `version ${JSON.stringify(valueAt(value, path))} is not known; it must be 1` }];
      default:
        return [{ path, message: `${described(path)} is not allowed here` }];
    }
  });
}

function described(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  if (last === undefined) return 'the manifest';
  return typeof last === 'number' ? `an entry of ${String(path.at(-2))}` : String(last);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isRecord(found) && typeof step === 'string') found = Object.hasOwn(found, step) ? found[step] : undefined;
    else return undefined;
  }
  return found;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `${typeof value === 'boolean' ? 'true or false' : `the ${typeof value}`} ${shownValue(String(value)).slice(1, -1)}`;
}
