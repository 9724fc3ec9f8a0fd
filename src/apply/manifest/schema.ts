import * as z from 'zod/mini';

// What YAML and JSON hold. Texts go through the door of all texts later, as those of CSV do.

const instance = z.strictObject({
  name: z.optional(z.string()),
  handle: z.string(),
  id: z.optional(z.string()),
});

/** One organization with its instances; a line of nested JSON Lines is one, too. */
export const organizationSchema = z.strictObject({
  key: z.optional(z.string()),
  name: z.string(),
  id: z.optional(z.string()),
  instances: z.optional(z.array(instance)),
});

/** A whole manifest. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  organizations: z.array(organizationSchema),
});

export type OrganizationEntry = z.infer<typeof organizationSchema>;

/** Something that a value has and its schema does not allow: where, and what, as it goes on after the place. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
