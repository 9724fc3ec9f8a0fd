import type { Context } from '../../context/context.ts';
import { type Environment, isCi } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi, isLikeId } from '../../hint.ts';
import type { Organization } from '../../identity/organization.ts';
import { inOrder } from '../../in-order.ts';
import { AT_ONCE, type KnownOrganizationNow, readKnownOrganization } from './known.ts';

/** What `--if-exists skip` finds at Flowkiwi. */
export interface TakenKnown {
  /** The organization of that name; undefined when one is to be created. */
  readonly organization: Organization | undefined;
  /** Organizations that are known by that name and not taken, each with the reason, to be said when another one is created. */
  readonly passedOver: readonly string[];
}

/**
 * Throws `usage` for `--first-run` where it means nothing, and in CI: it says that there is nothing yet, which is true once, and a job that says it
 * each time creates one organization each time.
 */
export function checkFirstRun(env: Environment, isFirstRun: boolean, ifExists: 'fail' | 'skip' | undefined): void {
  if (!isFirstRun) return;
  if (ifExists !== 'skip')
    throw new CliError('usage', '--first-run is for --if-exists skip', { hint: 'leave it out: it changes nothing else' });
  if (!isCi(env)) return;
  throw new CliError('usage', '--first-run is refused in CI: a job that says it in every run creates an organization in every run', {
    hint: 'create the organization once by hand, and give the job its id in FLOWKIWI_ORG',
  });
}

/**
 * The one organization of exactly this name that the profile knows and can read, or the one of `--org` and `FLOWKIWI_ORG` when it has that name.
 * Flowkiwi publishes no listing, so a profile that knows nothing cannot tell: throws `usage` then, unless this is the first run. Throws `conflict`
 * when there are several, and what reading them throws. Creates nothing.
 */
export async function takeKnown(context: Context, name: string, isFirstRun: boolean): Promise<TakenKnown> {
  const organizations = await context.organizations();
  const provider = await context.flowkiwi();
  const { known } = await organizations.read();
  const pinned =
    context.options.org === undefined ? undefined : await provider.getOrganization(await organizations.resolve(context.options.org));
  if (pinned?.name === name) return { organization: pinned, passedOver: [] };
  if (known.length === 0 && !isFirstRun && !(await organizations.isServerNew())) throw cannotTell(await context.profile(), name, pinned);
  const named = await organizations.named(name);
  const found: Organization[] = [];
  const passedOver: string[] = [];
  for await (const { status, ...organization } of inOrder(named, AT_ONCE, (one) => readKnownOrganization(provider, organizations, one))) {
    const remembered = named.find(({ id }) => id === organization.id);
    const itsName = organization.name ?? (remembered?.cut ? null : name);
    if (status === 'ok' && itsName === name) found.push(organization);
    else passedOver.push(`the organization ${organization.id}, which this profile knows as ${name}, ${whyNot(status, itsName)}`);
  }
  if (found.length > 1) {
    throw new CliError('conflict', `${JSON.stringify(name)} names ${found.length} organizations that this profile knows`, {
      hint: `give the id of the one you mean with --org: ${found.map(({ id }) => (isLikeId(id) ? id : 'ID')).join(', ')}`,
    });
  }
  return { organization: found[0], passedOver };
}

function whyNot(status: KnownOrganizationNow['status'], name: string | null): string {
  switch (status) {
    case 'gone':
      return 'is gone';
    case 'no_access':
      return 'cannot be read by the account that is signed in';
    case 'ok':
      return name === null ? 'has no name' : `is named ${name} now`;
  }
}

function cannotTell(
  { name: profile, url }: { readonly name: string; readonly url: URL },
  name: string,
  pinned: Organization | undefined,
): CliError {
  const words = name.startsWith('-') ? ['--', name] : [name];
  const other = pinned ? `; ${pinned.id}, which --org or FLOWKIWI_ORG gives, is named ${JSON.stringify(pinned.name ?? '')}` : '';
  return new CliError(
    'usage',
    `profile ${profile} knows no organization at ${url.origin}, and cannot tell whether there is one named ${JSON.stringify(name)} already${other}`,
    {
      hint: {
        say: 'a new machine knows nothing: give it the id in FLOWKIWI_ORG; when there is none yet, once and by hand',
        command: flowkiwi('org', 'create', '--if-exists', 'skip', '--first-run', ...words),
      },
    },
  );
}
