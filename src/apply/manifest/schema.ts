import * as z from 'zod/mini';

// What YAML and JSON hold. Texts go through the door of all texts later, as those of CSV do.

const handle = z.string();

const instance = z.strictObject({ name: z.optional(z.string()), handle: z.optional(handle), id: z.optional(z.string()) });

const organization = z.strictObject({ key: z.optional(z.string()), name: z.string(), id: z.optional(z.string()) });

/** One organization with its instances, as it is read; a line of nested JSON Lines is one, too. A handle that is missing is told of later, or proposed. */
export const organizationSchema = z.extend(organization, { instances: z.optional(z.array(instance)) });

/** A whole manifest. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  organizations: z.array(organizationSchema),
});

/** The same as it is published: with a handle in each instance. */
export const publishedSchema = z.extend(manifestSchema, {
  organizations: z.array(z.extend(organization, { instances: z.optional(z.array(z.extend(instance, { handle }))) })),
});

export type OrganizationEntry = z.infer<typeof organizationSchema>;

/** Something that a value has and its schema does not allow: where, and what, as it goes on after the place. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
