import { randomInt } from 'node:crypto';

/** 2014-09-01, where the ids of ZITADEL's generator start to count, in milliseconds since the Unix epoch. */
const EPOCH = 1_409_529_600_000;
const TICK_MS = 10;
const IDS_PER_TICK = 256;

const machine = BigInt(randomInt(2 ** 16));
let lastTick = 0;
let used = 0;

/** A numeric id as ZITADEL makes them: 39 bits of time in ticks of 10 ms, 8 bits to count, 16 bits for the machine. Never the same twice. */
export function nextId(now: number): string {
  const tick = Math.max(lastTick, Math.floor((now - EPOCH) / TICK_MS));
  used = tick === lastTick ? used + 1 : 0;
  lastTick = tick;
  if (used === IDS_PER_TICK) {
    lastTick += 1;
    used = 0;
  }
  return String((BigInt(lastTick) << 24n) | (BigInt(used) << 16n) | machine);
}

/** When the id was made, in milliseconds since the Unix epoch. */
export function timeOfId(id: string): number {
  return Number(BigInt(id) >> 24n) * TICK_MS + EPOCH;
}
