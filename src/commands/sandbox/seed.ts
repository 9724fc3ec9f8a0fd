import { parseColumnNames } from '../../apply/manifest/columns.ts';
import { checkManifest } from '../../apply/manifest/manifest.ts';
import type { Context } from '../../context/context.ts';
import type { SeedOrganization } from '../../sandbox/flowkiwi/seed.ts';
import type { MANIFEST_OPTIONS } from '../apply/manifest-options.ts';
import { openManifest } from '../apply/open-manifest.ts';
import type { OptionValues } from '../kit/command.ts';

/** The organizations of a manifest of `apply`, for a sandbox that has them from the start. Throws `usage` and `invalid` as `apply` does. */
export async function seedFrom(
  context: Pick<Context, 'edges' | 'budget'>,
  path: string,
  { format, map, groupByName }: OptionValues<typeof MANIFEST_OPTIONS>,
): Promise<AsyncIterable<SeedOrganization>> {
  const { source, close } = await openManifest(context, path, { format, mapped: parseColumnNames(map) });
  try {
    const manifest = await checkManifest(source, { groupByName });
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
