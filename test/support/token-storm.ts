import { expect } from 'vitest';
import { type Run, secret } from './flowkiwi.ts';

export interface TokenStorm {
  /** How many processes ask at once, and how often they do. */
  readonly size: { readonly processes: number; readonly rounds: number };
  /** Ends the life of the stored access token. Called while no process runs. */
  readonly expire: () => void;
  /** `flowkiwi auth token`, as a process of its own. */
  readonly askToken: () => Promise<Run>;
}

/**
 * Lets many processes ask for a token at once, again and again; each round begins with one that has expired. Expects that every process
 * gets a token and says nothing. Resolves to the number of different tokens.
 */
export async function tokenStorm({ size, expire, askToken }: TokenStorm): Promise<number> {
  const tokens = new Set<string>();
  for (let round = 0; round < size.rounds; round += 1) {
    expire();
    const runs = await Promise.all(Array.from({ length: size.processes }, askToken));
    expect(runs.filter(({ status, stderr }) => status !== 0 || stderr !== '')).toEqual([]);
    for (const { stdout } of runs) tokens.add(secret(stdout.trim()));
  }
  return tokens.size;
}
