import { toJSONSchema } from 'zod/v4/core';
import { publishedSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of a manifest in YAML or JSON, as editors read it. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'flowkiwi manifest', description: DESCRIPTION, ...toJSONSchema(publishedSchema) };
}

const DESCRIPTION =
  'Organizations and instances that are created where they are missing. A customer is its key, or else its name; an instance is its handle.';
