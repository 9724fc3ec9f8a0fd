import { hash } from 'node:crypto';

/** Numbers texts in the order in which they first come, and keeps 64 bits of the SHA-256 of each in place of the text: some 20 bytes each. Two of a million texts are taken for one with a chance of one in 30 million. */
export interface TextTable {
  /** The number of a text, from 0; -1 when it is not there. */
  readonly find: (text: string) => number;
  /** The same, which adds it when it is not there. */
  readonly add: (text: string) => number;
  readonly size: () => number;
}

/** Slots that are taken, at most. */
const LOAD = 0.6;

export function textTable(): TextTable {
  const hashes = growingNumbers();
  let slots = new Uint32Array(1024);
  let size = 0;

  /** The slot of a text, or the free one where it belongs. */
  function slotOf(high: number, low: number): number {
    const mask = slots.length - 1;
    let at = low & mask;
    for (;;) {
      const taken = slots[at] ?? 0;
      if (taken === 0 || (hashes.get(2 * taken - 2) === high && hashes.get(2 * taken - 1) === low)) return at;
      at = (at + 1) & mask;
    }
  }

  function grow(): void {
    slots = new Uint32Array(slots.length * 2);
    for (let number = 0; number < size; number += 1) slots[slotOf(hashes.get(2 * number), hashes.get(2 * number + 1))] = number + 1;
  }

  return {
    find: (text) => {
      const [high, low] = hashOf(text);
      return (slots[slotOf(high, low)] ?? 0) - 1;
    },
    add: (text) => {
      const [high, low] = hashOf(text);
      const slot = slotOf(high, low);
      const taken = slots[slot] ?? 0;
      if (taken > 0) return taken - 1;
      hashes.set(2 * size, high);
      hashes.set(2 * size + 1, low);
      size += 1;
      slots[slot] = size;
      if (size > slots.length * LOAD) grow();
      return size - 1;
    },
    size: () => size,
  };
}

/** Whole numbers below 2^32 by their place, 0 where nothing was set. */
export function growingNumbers(): { readonly get: (at: number) => number; readonly set: (at: number, value: number) => void } {
  let numbers = new Uint32Array(1024);
  return {
    get: (at) => numbers[at] ?? 0,
    set: (at, value) => {
      if (at >= numbers.length) {
        const longer = new Uint32Array(Math.max(at + 1, Math.ceil(numbers.length * 1.5)));
        longer.set(numbers);
        numbers = longer;
      }
      numbers[at] = value;
    },
  };
}

function hashOf(text: string): readonly [high: number, low: number] {
  const digest = hash('sha256', text, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
