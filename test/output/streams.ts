/** The values as a source that takes its time. */
export async function* streamed<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

export async function joined(texts: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const text of texts) whole += text;
  return whole;
}
