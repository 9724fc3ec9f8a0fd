import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import type { ProviderName } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import { type Help, helpWith } from '../../hint.ts';
import { isLoopback } from '../../http/loopback.ts';
import type { Credential } from '../../identity/credential.ts';
import { FLOWKIWI_DIALECT } from '../../identity/flowkiwi/dialect.ts';
import { checkedHandle } from '../../identity/flowkiwi/handle.ts';
import { hydraPager } from '../../identity/flowkiwi/pager.ts';
import { handleAt, hasProductManagement, noProductManagement, productManagementOf } from '../../identity/flowkiwi/product-management.ts';
import type { Pager } from '../../identity/pages.ts';
import { createSession, type Dialect, type Session } from '../../identity/session.ts';
import { zitadelOrganizationId } from '../org/find.ts';
import type { ApiPlace } from './answers-as-api.ts';

/** Where a request goes, and how. */
export interface Target {
  readonly url: URL;
  /** Carries the request out, as the API there is spoken to and its errors are meant. Throws when nobody is signed in, or no organization is known. */
  readonly session: () => Promise<Session>;
  /** Makes sure that what is there may have the credential, where its address does not say so. Throws `usage`. */
  readonly check?: () => Promise<void>;
  /** How the API there divides its lists into pages. */
  readonly pager: Pager;
}

interface Wanted {
  readonly path: string;
  /** Handle of the instance of Flowkiwi whose product management is meant. */
  readonly instance: string | undefined;
  /** Headers of the user, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const ORGANIZATION_HEADER = 'x-flowkiwi-organization-id';

/** The API of the profile, or the product management of an instance (contract section 7). Throws `usage`. */
export async function findTarget(context: Context, wanted: Wanted): Promise<Target> {
  const profile = await context.profile();
  return TARGETS[profile.provider](context, profile, wanted);
}

const TARGETS: Readonly<Record<ProviderName, (context: Context, profile: Profile, wanted: Wanted) => Promise<Target>>> = {
  flowkiwi: async (context, profile, { path, instance, headers }) => {
    const { credential, options } = context;
    if (instance === undefined) {
      const session = () => sessionAt(context, { base: profile.url, entryPoint: '/api' }, credential, FLOWKIWI_DIALECT);
      return { url: addressOf(path, profile.url), pager: hydraPager(profile.url), session };
    }
    const base = new URL(productManagementOf(checkedHandle(instance), profile));
    const session = async () => {
      const organization = headers[ORGANIZATION_HEADER] ?? (await (await context.organizations()).target(options.org));
      const common = { ...FLOWKIWI_DIALECT.headers, [ORGANIZATION_HEADER]: organization };
      const dialect = { ...FLOWKIWI_DIALECT, headers: common, bodyType: productManagementType };
      return sessionAt(context, { base, entryPoint: '/rest/api' }, credential, dialect);
    };
    return { url: addressOf(path, base), pager: hydraPager(base), session, check: () => assertHasInstances(context, profile) };
  },
  zitadel: async (context, { url: base, instanceHost }, { path, headers }) => {
    const { credential, systemCredential } = context;
    const { org, isOrgFlag } = context.options;
    const url = addressOf(path, base);
    const entryPoint = '/admin/v1/healthz';
    const [{ ORGANIZATION_HEADER: header, SYSTEM_DIALECT, zitadelDialect }, { ZITADEL_PAGER: pager }] = await Promise.all([
      import('../../identity/zitadel/dialect.ts'),
      import('../../identity/zitadel/pager.ts'),
    ]);
    if (url.pathname.startsWith(`${pathPrefix(base)}/system/`)) {
      if (!isOrgFlag) return { url, pager, session: () => sessionAt(context, { base, entryPoint }, systemCredential, SYSTEM_DIALECT) };
      throw new CliError('usage', '--org means nothing to the system API, which stands above organizations', { hint: 'leave --org out' });
    }
    const session = async () => {
      const dialect = zitadelDialect(instanceHost);
      if (org === undefined || headers[header] !== undefined) return sessionAt(context, { base, entryPoint }, credential, dialect);
      const common = { ...dialect.headers, [header]: await zitadelOrganizationId(context, org) };
      return sessionAt(context, { base, entryPoint }, credential, { ...dialect, headers: common });
    };
    return { url, pager, session };
  },
};

/** Of the servers on this machine only a sandbox has a product management beside it. One that does not answer says so when it is asked. Throws `usage`. */
async function assertHasInstances({ http, edges: { interruption: signal } }: Context, { url, name }: Profile): Promise<void> {
  if (!isLoopback(url)) return;
  const { whatRuns } = await import('../../sandbox/running-sandbox.ts');
  if ((await whatRuns({ origin: url.origin, http, signal })) === 'another program') throw noProductManagement(url, name);
}

/** The user may ask for a path that does not exist: only where there is no API at all is that a wrong URL. */
async function sessionAt(
  { http, edges, activity }: Pick<Context, 'http' | 'edges' | 'activity'>,
  { base, entryPoint }: Pick<ApiPlace, 'base' | 'entryPoint'>,
  credential: () => Promise<Credential>,
  dialect: Dialect,
): Promise<Session> {
  const { interruption: signal } = edges;
  const isApi = async () => (await import('./answers-as-api.ts')).answersAsApi({ http, base, entryPoint, signal });
  return createSession({ http, url: base, credential: await credential(), signal, isApi, during: activity.during }, dialect);
}

const productManagementType: Dialect['bodyType'] = (method) =>
  method === 'PATCH' ? FLOWKIWI_DIALECT.bodyType(method) : 'application/ld+json';

/** What the paths of an API are put behind. */
function pathPrefix(base: URL): string {
  return base.pathname.replace(/\/$/, '');
}

/**
 * The address that PATH means at `base`: a path with or without its first slash, or a whole URL there.
 * Throws `usage` for any other place: the credential goes nowhere else.
 */
export function addressOf(path: string, base: URL): URL {
  const isUrl = /^[a-z][a-z0-9+.-]*:/i.test(path);
  const text = isUrl ? path : `${base.origin}${pathPrefix(base)}${path.startsWith('/') ? '' : '/'}${path}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Elsewhere what stands before an @ may be a password, whatever the URL makes of it.
  const isElsewhere = url?.origin !== base.origin;
  if (url?.username || url?.password || url?.searchParams.has('access_token') || (isElsewhere && path.includes('@'))) {
    throw new CliError('usage', 'the path holds a secret, which others on this machine could read', {
      hint: 'the credential is added by itself; another access token goes into FLOWKIWI_TOKEN',
    });
  }
  if (!url || path.trim() === '') {
    throw new CliError('usage', `${JSON.stringify(path)} cannot be a path`, { hint: 'for example /api/organizations/ID' });
  }
  if (isElsewhere) {
    throw new CliError('usage', `the credential is for ${base.origin} and is not sent to ${url.origin === 'null' ? path : url.origin}`, {
      hint: otherPlace(url, base),
    });
  }
  url.hash = '';
  return url;
}

function otherPlace(url: URL, base: URL): Help {
  const handle = handleAt(url);
  if (handle !== undefined && hasProductManagement(base))
    return helpWith('ask an instance', 'api', '--instance', { id: handle }, url.pathname);
  return `give the path alone, such as /api/organizations/ID; another server needs a profile of its own`;
}
