import { isCliError } from '../errors.ts';
import type { FlowkiwiIdentity } from '../identity/provider.ts';
import { inOrder } from '../in-order.ts';
import { csvWriter, type RowsFormat } from './results-rows.ts';

const COLUMNS = ['key', 'organization', 'organization_id', 'instance', 'handle', 'instance_id', 'product_management_url'] as const;

type ExportedRow = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** An organization that a profile knows. */
interface Known {
  readonly id: string;
  readonly name: string;
}

const AT_ONCE = 8;

/**
 * A manifest of organizations as they are now, in the columns that a results file has: with their ids, so that nothing of it is created again. Those that
 * are gone or no longer ours are left out with a warning. Throws what reading throws.
 */
export async function* exportedRows(
  known: readonly Known[],
  identity: Pick<FlowkiwiIdentity, 'getOrganization' | 'listInstances'>,
  format: RowsFormat,
  warn: (message: string) => Promise<void>,
): AsyncGenerator<string> {
  const csv = csvWriter();
  if (format === 'csv') yield csv.header(COLUMNS);
  const keys = new Set<string>();
  for await (const { organization, rows } of inOrder(known, AT_ONCE, (one) => readOne(one, identity))) {
    if (rows === undefined) {
      await warn(`organization ${organization.name} (${organization.id}) is left out: it is gone, or no longer yours`);
      continue;
    }
    // Several may have one name; their ids tell them apart for ever.
    const name = rows[0]?.organization ?? organization.name;
    const key = keys.has(name) ? organization.id : name;
    keys.add(name);
    for (const row of rows) {
      const exported = { ...row, key };
      yield format === 'csv' ? csv.record(COLUMNS.map((column) => exported[column])) : `${JSON.stringify(exported)}\n`;
    }
  }
}

async function readOne(
  organization: Known,
  identity: Pick<FlowkiwiIdentity, 'getOrganization' | 'listInstances'>,
): Promise<{ readonly organization: Known; readonly rows: readonly ExportedRow[] | undefined }> {
  const { id } = organization;
  try {
    const name = (await identity.getOrganization(id)).name ?? organization.name;
    const own = { key: '', organization: name, organization_id: id };
    const rows: ExportedRow[] = [];
    for await (const instance of identity.listInstances(id)) {
      if (instance.handle === null) continue;
      rows.push({
        ...own,
        instance: instance.name ?? instance.handle,
        handle: instance.handle,
        instance_id: instance.id,
        product_management_url: instance.product_management_url ?? '',
      });
    }
    const none = { ...own, instance: '', handle: '', instance_id: '', product_management_url: '' };
    return { organization, rows: rows.length > 0 ? rows : [none] };
  } catch (error) {
    if (isCliError(error) && (error.code === 'not_found' || error.code === 'forbidden')) return { organization, rows: undefined };
    throw error;
  }
}
