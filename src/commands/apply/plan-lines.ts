import type { Manifest } from '../../apply/manifest/manifest.ts';
import type { Plan, PlanTotals, SampleKind, ShownAction } from '../../apply/plan.ts';

const SIGNS: Readonly<Record<SampleKind, string>> = { create: '+', rename: '~', drift: '=', unknown: '?', gone: 'gone', refused: '!' };

/** What is unusual comes last, where it is seen. */
const KINDS = ['create', 'rename', 'drift', 'unknown', 'gone', 'refused'] as const satisfies readonly SampleKind[];

/** Vanished keys that are shown. */
const SHOWN = 50;

/** A plan for a person: the totals, the first rows as they were read, and at most fifty lines of each kind. */
export function planLines(plan: Plan, manifest: Manifest): readonly string[] {
  const { totals, samples, vanished } = plan;
  return [
    `${manifest.file}: ${counted(totals.rows, 'row')}, ${counted(totals.customers, 'customer')}`,
    ...manifest.firstRows.map(({ raw, key, organization, instance, id }) => {
      const values = {
        key,
        organization,
        ...(instance ? { instance: instance.name, handle: instance.handle } : {}),
        ...(id ? { id } : {}),
      };
      return `  line ${raw.row.line}: ${Object.entries(values)
        .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
        .join(', ')}`;
    }),
    ...totalLines(totals),
    ...KINDS.flatMap((kind) => sampleLines(kind, samples.first[kind], samples.counts[kind])),
    ...vanishedLines(vanished),
    `plan ${plan.checksum}`,
  ];
}

/** What is noticed and left alone, for a run whose plan nobody was shown. */
export function leftLines({ samples, vanished }: Plan): readonly string[] {
  return [...sampleLines('drift', samples.first.drift, samples.counts.drift), ...vanishedLines(vanished)];
}

function totalLines({ organizations, instances, withoutInstance }: PlanTotals): readonly string[] {
  const actions = ['create', 'rename', 'unchanged', 'unknown', 'gone', 'refused'] as const;
  const signs = { ...SIGNS, unchanged: '=' };
  const without = withoutInstance > 0 ? [`${counted(withoutInstance, 'customer')} without an instance: no handle is given`] : [];
  const lines = actions.flatMap((action) => {
    const [made, inside] = [organizations[action], action === 'rename' ? 0 : instances[action]];
    if (made + inside === 0) return [];
    const counts = [...(made > 0 ? [counted(made, 'organization')] : []), ...(inside > 0 ? [counted(inside, 'instance')] : [])];
    return [`${signs[action]} ${action === 'gone' ? '' : `${action} `}${counts.join(', ')}`];
  });
  return [...lines, ...without];
}

function sampleLines(kind: SampleKind, first: readonly ShownAction[], count: number): readonly string[] {
  const more = count - first.length;
  const lines = first.map((shown) => `  ${SIGNS[kind]} ${described(shown)}`);
  return more > 0 ? [...lines, `  and ${more.toLocaleString('en-US')} more`] : lines;
}

function described({ planned, instance }: ShownAction): string {
  const { customer, currentName, organization, organizationId } = planned;
  if (instance !== undefined) {
    const { name, handle } = instance.instance;
    const why = instance.reason === undefined ? '' : `: ${instance.reason}`;
    return `instance ${name} (${handle}) of ${customer.name}${why}`;
  }
  const key = customer.key === customer.name ? '' : ` (key ${customer.key})`;
  if (organization === 'rename') return `organization ${currentName ?? organizationId} to ${customer.name}${key}`;
  return `organization ${customer.name}${key}${planned.reason === undefined ? '' : `: ${planned.reason}`}`;
}

/** Nothing is done for these; who deletes organizations does that by hand. */
function vanishedLines(vanished: readonly string[]): readonly string[] {
  if (vanished.length === 0) return [];
  const more = vanished.length - SHOWN;
  return [
    `${counted(vanished.length, 'customer')} of earlier runs no longer in the manifest, left as they are:`,
    ...vanished.slice(0, SHOWN).map((key) => `  ${key}`),
    ...(more > 0 ? [`  and ${more.toLocaleString('en-US')} more`] : []),
  ];
}

/** `1 row`, `2,000 rows`. */
function counted(count: number, thing: string): string {
  return `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
}
