import { checkManifest } from '../../apply/manifest/manifest.ts';
import type { Context } from '../../context/context.ts';
import type { SeedOrganization } from '../../sandbox/flowkiwi/seed.ts';
import { openManifest } from '../apply/open-manifest.ts';

/** The organizations of a manifest of `apply`, for a sandbox that has them from the start. Throws `usage` and `invalid` as `apply` does. */
export async function seedFrom(context: Pick<Context, 'edges' | 'budget'>, path: string): Promise<AsyncIterable<SeedOrganization>> {
  const { source, close } = await openManifest(context, path, { format: undefined, mapped: {} });
  try {
    const manifest = await checkManifest(source, { groupByName: false });
    return thenClosed(manifest.customers(), close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function* thenClosed<T>(values: AsyncIterable<T>, close: () => Promise<void>): AsyncGenerator<T> {
  try {
    yield* values;
  } finally {
    await close();
  }
}
