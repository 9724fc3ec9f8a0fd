import type { DataField, FieldType, View } from '../../output/view.ts';

/**
 * What a command prints with `--json`: one object, a list of objects, or `other`: events by a schema of their own, what another program or a
 * server says, or help.
 */
export interface Data {
  readonly form: 'object' | 'list' | 'other';
  /** The members of each object, in their order; none where they are not known before. */
  readonly fields: readonly DataField[];
}

/** Says it when it is asked for: its view may be in a module that the declaration of a command has no other use for. */
export type DataSource = () => Data | Promise<Data>;

/** What has no form of its own. */
export const otherData: DataSource = () => ({ form: 'other', fields: [] });

/** One resource. */
export function objectOf<T>({ fields }: View<T>): Data {
  return { form: 'object', fields };
}

/** Resources as `listResult` prints them. */
export function listOf<T>({ fields }: View<T>): Data {
  return { form: 'list', fields };
}

/** An object that has no view, by the types of its members. */
export function objectWith(types: Readonly<Record<string, FieldType>>): Data {
  return { form: 'object', fields: Object.entries(types).map(([name, type]) => ({ name, type })) };
}

/** What `deletedResult` prints. */
export function deletedData(): Data {
  return objectWith({ id: 'string', name: 'string | null', deleted: 'boolean' });
}
