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
  for await (const value of values) {
    const result = work(value);
    result.catch(() => undefined);
    begun.push(result);
    const first = begun.length < atOnce ? undefined : begun.shift();
    if (first) yield await first;
  }
  for (const result of begun) yield await result;
}
