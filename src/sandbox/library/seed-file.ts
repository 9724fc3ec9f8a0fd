import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatOf } from '../../apply/manifest/format.ts';
import { checkManifest } from '../../apply/manifest/manifest.ts';
import { manifestFile } from '../../apply/manifest/manifest-file.ts';
import { rowSource } from '../../apply/manifest/row-source.ts';
import { isCliError } from '../../errors.ts';
import type { SeedOrganization } from './interface.ts';

/** The organizations of a manifest of `apply`. Throws what opening the file throws, and for all that is wrong with it, each with line and column. */
export async function organizationsIn(place: string | URL): Promise<readonly SeedOrganization[]> {
  const path = place instanceof URL ? fileURLToPath(place) : place;
  const file = await manifestFile(await open(path, 'r'), path);
  try {
    const manifest = await checkManifest(await rowSource(file, formatOf(path, undefined), {}), { groupByName: false });
    const organizations: SeedOrganization[] = [];
    for await (const { key, name, id, instances } of manifest.customers()) {
      const own = { key, name, ...(id !== undefined && { id }) };
      organizations.push({ ...own, instances: instances.map(({ row: _, ...instance }) => instance) });
    }
    return organizations;
  } catch (error) {
    if (!isCliError(error)) throw error;
    const problems = error.violations.map(({ field, message }) => `\n  ${field}: ${message}`);
    throw new TypeError(`${error.message}${problems.join('')}`, { cause: error });
  } finally {
    await file.close();
  }
}
