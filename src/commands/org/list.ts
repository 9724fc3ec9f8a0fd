import type { ZitadelOrganization } from '../../identity/zitadel/organization.ts';
import { defineCommand } from '../kit/command.ts';
import { listOf } from '../kit/data.ts';
import { integer, text } from '../kit/option.ts';
import { listResult } from '../kit/result.ts';
import { explainNoneKnown, knownOrganizationView, readKnownOrganizations, withoutGone } from './known.ts';
import { type ListedOrganization, listedOrganizationView } from './views.ts';

export const orgList = defineCommand({
  name: 'list',
  summary: 'list the organizations that this profile knows, or that ZITADEL has',
  description:
    'Flowkiwi publishes no listing of organizations, so flowkiwi remembers those that it created or read with this profile, and reads each ' +
    'of them back. Their status is ok, gone, or no_access for one that is no longer yours; the current one is marked. Those that are gone ' +
    'are left out of -q; org forget drops one. --name looks at the names as this profile remembers them, before anything is read. ' +
    'ZITADEL lists those of the instance that you may see, page after page as they are printed.',
  options: {
    name: text('--name <text>', 'name', 'only those whose name contains this, whatever its case'),
    limit: integer('--limit <n>', { min: 1, max: 1_000_000 }, 'at most this many'),
  },
  examples: ['flowkiwi org list', 'flowkiwi org list --name acme --limit 10 -q', 'flowkiwi org list --fields id,name,status --json'],
  exits: ['auth', 'forbidden', 'unavailable'],
  data: { flowkiwi: () => listOf(knownOrganizationView), zitadel: () => listOf(listedOrganizationView) },
  effect: 'reads',
  org: { flowkiwi: 'ignored', zitadel: 'refused' },
}).run({
  flowkiwi: async (context, { options: { name, limit } }) => {
    context.printer.check(knownOrganizationView);
    const organizations = await context.organizations();
    const [{ known }, { id: current }] = [await organizations.read(), await organizations.shownCurrent()];
    if (known.length === 0) {
      await explainNoneKnown(context);
      return listResult(knownOrganizationView, []);
    }
    const provider = await context.flowkiwi();
    const named = known.filter((organization) => name === undefined || contains(organization.name, name));
    // Nobody would notice that the credential is refused.
    if (named.length === 0) await provider.checkCredential();
    if (!context.options.quiet) {
      const wanted = named.slice(0, limit);
      return listResult(knownOrganizationView, readKnownOrganizations(provider, organizations, { known: wanted, current }));
    }
    const living = withoutGone(readKnownOrganizations(provider, organizations, { known: named, current }));
    return listResult(knownOrganizationView, limit === undefined ? living : take(living, limit));
  },
  zitadel: async (context, { options: { name, limit } }) => {
    context.printer.check(listedOrganizationView);
    const { id: current } = await (await context.organizations()).shownCurrent();
    return listResult(listedOrganizationView, marked((await context.zitadel()).listOrganizations({ name, limit }), current));
  },
});

function contains(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

async function* take<T>(values: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let left = limit;
  for await (const value of values) {
    yield value;
    left -= 1;
    if (left === 0) return;
  }
}

async function* marked(organizations: AsyncIterable<ZitadelOrganization>, current: string | undefined): AsyncGenerator<ListedOrganization> {
  for await (const organization of organizations) yield { ...organization, current: organization.id === current };
}
