import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import type { Credential } from '../../identity/credential.ts';
import { FLOWKIWI_DIALECT } from '../../identity/flowkiwi/dialect.ts';
import { checkedHandle } from '../../identity/flowkiwi/handle.ts';
import { handleAt, hasProductManagement, productManagementUrl } from '../../identity/flowkiwi/product-management.ts';
import type { Dialect } from '../../identity/session.ts';
import { commandLine } from '../kit/command-line.ts';

/** Where a request goes, and how. */
export interface Target {
  readonly url: URL;
  /** How the API there is spoken to, and what its errors mean. */
  readonly dialect: Dialect;
  readonly credential: () => Promise<Credential>;
}

interface Wanted {
  readonly path: string;
  /** Handle of the instance whose product management is meant. */
  readonly instance: string | undefined;
  /** Headers of the user, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const ORGANIZATION_HEADER = 'x-flowkiwi-organization-id';

/** The API of the profile, or the product management of an instance (contract section 7). Throws `usage`. */
export async function findTarget(context: Context, { path, instance, headers }: Wanted): Promise<Target> {
  const profile = await context.profile();
  const { credential } = context;
  if (instance !== undefined) {
    const base = productManagement(profile, instance);
    const organization = headers[ORGANIZATION_HEADER] ?? (await (await context.organizations()).target(context.options.org));
    const dialect = { headers: { ...FLOWKIWI_DIALECT.headers, [ORGANIZATION_HEADER]: organization }, bodyType: productManagementType };
    return { url: addressOf(path, base, context), dialect, credential };
  }
  const url = addressOf(path, profile.url, context);
  if (profile.provider === 'flowkiwi') return { url, dialect: FLOWKIWI_DIALECT, credential };
  const zitadel = await import('../../identity/zitadel/dialect.ts');
  if (url.pathname.startsWith(`${pathPrefix(profile.url)}/system/`)) {
    if (!context.options.isOrgFlag) return { url, dialect: zitadel.SYSTEM_DIALECT, credential: context.systemCredential };
    throw new CliError('usage', '--org means nothing to the system API, which stands above organizations', { hint: 'leave --org out' });
  }
  const dialect = zitadel.zitadelDialect(profile.instanceHost);
  const { org } = context.options;
  if (org === undefined || headers[zitadel.ORGANIZATION_HEADER] !== undefined) return { url, dialect, credential };
  const { organizationId } = await import('../org/find.ts');
  const within = { [zitadel.ORGANIZATION_HEADER]: await organizationId(context, org) };
  return { url, dialect: { ...dialect, headers: { ...dialect.headers, ...within } }, credential };
}

function productManagement({ url, name }: Profile, handle: string): URL {
  const base = new URL(productManagementUrl(checkedHandle(handle)));
  if (hasProductManagement(url)) return base;
  throw new CliError('usage', `there is no product management at ${url.origin}: the instances of identity.flowkiwi.net alone have one`, {
    hint: `the profile ${name} is for another server; leave --instance out, or choose a profile with --profile`,
  });
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
export function addressOf(path: string, base: URL, context: Pick<Context, 'options'>): URL {
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
      hint: otherPlace(url, base, context),
    });
  }
  url.hash = '';
  return url;
}

function otherPlace(url: URL, base: URL, context: Pick<Context, 'options'>): string {
  const handle = handleAt(url);
  if (handle !== undefined && hasProductManagement(base))
    return `ask an instance: ${commandLine(context, `api --instance ${handle} ${url.pathname}`)}`;
  return `give the path alone, such as /api/organizations/ID; another server needs a profile of its own`;
}
