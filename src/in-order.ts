/**
 * Does `work` for each value, at most `atOnce` at a time, and yields the results in the order of the values as soon as their turn comes.
 * A failure is thrown when its turn comes, and no more work is begun.
 */
export async function* inOrder<T, R>(
  values: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  const begin = (value: T): Promise<R> | undefined => {
    const result = work(value);
    result.catch(() => undefined);
    begun.push(result);
    return begun.length < atOnce ? undefined : begun.shift();
  };
  if (Symbol.asyncIterator in values) {
    for await (const value of values) {
      const first = begin(value);
      if (first) yield await first;
    }
  } else {
    for (const value of values) {
      const first = begin(value);
      if (first) yield await first;
    }
  }
  for (const result of begun) yield await result;
}
