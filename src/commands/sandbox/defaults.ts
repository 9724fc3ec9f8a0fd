import { join } from 'node:path';
import type { Edges } from '../../edges.ts';
import { stateDirectory } from '../../files/locations.ts';

/** Where `sandbox start` listens when it is not told. */
export const DEFAULT_PORT = 8787;

/** Where `sandbox start` keeps its data when it is not told. */
export function defaultDataFile(edges: Pick<Edges, 'env' | 'platform' | 'homeDirectory'>): string {
  return join(stateDirectory(edges), 'sandbox.db');
}
