import { expect, test } from 'vitest';
import { inOrder } from '../src/in-order.ts';

interface Work {
  readonly begun: number[];
  readonly end: (value: number, failure?: Error) => void;
  readonly work: (value: number) => Promise<number>;
}

/** Work that ends when the test says so. */
function work(): Work {
  const begun: number[] = [];
  const ends = new Map<number, (failure: Error | undefined) => void>();
  return {
    begun,
    end: (value, failure) => ends.get(value)?.(failure),
    work: (value) =>
      new Promise((resolve, reject) => {
        begun.push(value);
        ends.set(value, (failure) => (failure ? reject(failure) : resolve(value * 10)));
      }),
  };
}

test('results come in the order of the values, whatever ends first, and only so much is begun', async () => {
  const { begun, end, work: does } = work();
  const results = inOrder([1, 2, 3, 4], 2, does);
  const first = results.next();
  expect(begun).toEqual([1, 2]);
  end(2);
  end(1);
  expect(await first).toEqual({ done: false, value: 10 });
  const second = results.next();
  expect(begun).toEqual([1, 2, 3]);
  expect(await second).toEqual({ done: false, value: 20 });
  const third = results.next();
  expect(begun).toEqual([1, 2, 3, 4]);
  end(4);
  end(3);
  expect([await third, await results.next(), await results.next()]).toEqual([
    { done: false, value: 30 },
    { done: false, value: 40 },
    { done: true, value: undefined },
  ]);
});

test('a failure is thrown in its turn, and ends it', async () => {
  const { begun, end, work: does } = work();
  const results = inOrder([1, 2, 3, 4], 2, does);
  const first = results.next();
  end(2, new Error('second'));
  end(1);
  expect(await first).toEqual({ done: false, value: 10 });
  await expect(results.next()).rejects.toThrow('second');
  expect(await results.next()).toEqual({ done: true, value: undefined });
  expect(begun).toEqual([1, 2, 3]);
});

test.each([
  [[], 3, []],
  [[1], 3, [1]],
  [[1, 2, 3], 1, [1, 2, 3]],
])('%j, %i at a time', async (values, atOnce, expected) => {
  const results: number[] = [];
  for await (const result of inOrder(values, atOnce, (value: number) => Promise.resolve(value))) results.push(result);
  expect(results).toEqual(expected);
});
