import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { checkedHandle } from '../../identity/flowkiwi/handle.ts';
import { handleAt, hasProductManagement, productManagementUrl } from '../../identity/flowkiwi/product-management.ts';
import { INSTANCE_HEADER } from '../../identity/zitadel/dialect.ts';
import { commandLine } from '../command-line.ts';

/** An API that the credential may be sent to. */
export interface Target {
  /** Origin, and the path that all paths of the API begin with. */
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Content type of a JSON body, when it is no patch. */
  readonly jsonType: string;
}

const ORGANIZATION_HEADER = 'x-flowkiwi-organization-id';

/** The API of the profile, or the product management of an instance (contract section 7). Throws `usage`. */
export async function findTarget(context: Context, handle: string | undefined, headers: Readonly<Record<string, string>>): Promise<Target> {
  const { url, name, instanceHost } = await context.profile();
  if (handle === undefined) {
    return { base: url, headers: instanceHost === undefined ? {} : { [INSTANCE_HEADER]: instanceHost }, jsonType: 'application/json' };
  }
  const base = new URL(productManagementUrl(checkedHandle(handle)));
  if (!hasProductManagement(url)) {
    throw new CliError('usage', `there is no product management at ${url.origin}: the instances of identity.flowkiwi.net alone have one`, {
      hint: `the profile ${name} is for another server; leave --instance out, or choose a profile with --profile`,
    });
  }
  if (headers[ORGANIZATION_HEADER] !== undefined) return { base, headers: {}, jsonType: 'application/ld+json' };
  const organizationId = await (await context.organizations()).target(context.options.org);
  return { base, headers: { [ORGANIZATION_HEADER]: organizationId }, jsonType: 'application/ld+json' };
}

/**
 * The address that PATH means at `base`: a path with or without its first slash, or a whole URL there.
 * Throws `usage` for any other place: the credential goes nowhere else.
 */
export function addressOf(path: string, base: URL, context: Pick<Context, 'options'>): URL {
  const isUrl = /^[a-z][a-z0-9+.-]*:/i.test(path);
  const text = isUrl ? path : `${base.origin}${base.pathname.replace(/\/$/, '')}${path.startsWith('/') ? '' : '/'}${path}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || path.trim() === '') {
    throw new CliError('usage', `${JSON.stringify(path)} cannot be a path`, { hint: 'for example /api/organizations/ID' });
  }
  if (url.username || url.password || url.searchParams.has('access_token')) {
    throw new CliError('usage', 'the path holds a secret, which others on this machine could read', {
      hint: 'the credential is added by itself; another access token goes into FLOWKIWI_TOKEN',
    });
  }
  if (url.origin !== base.origin) {
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
