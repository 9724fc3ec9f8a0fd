/** The keys of records that JavaScript would reorder: those that look like whole numbers come first in its objects. */
const keyOrders = new WeakMap<object, readonly string[]>();

/** A record whose keys stay in this order; of a key that is there twice, the last value counts. */
export function orderedRecord(entries: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  // Without a prototype: `__proto__` and `constructor` are keys like others.
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) record[key] = value;
  const keys = [...new Set(entries.map(([key]) => key))];
  if (Object.keys(record).some((key, index) => key !== keys[index])) keyOrders.set(record, keys);
  return record;
}

/** The keys of a record in the order in which they were written. */
export function keysOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  return keyOrders.get(record) ?? Object.keys(record);
}
