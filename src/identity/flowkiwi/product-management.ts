import { CliError } from '../../errors.ts';
import { isLoopback } from '../../http/loopback.ts';
import { isHandle } from './handle.ts';

/** The Identity service whose instances have their product management at `DOMAIN`. */
const IDENTITY_ORIGIN = 'https://identity.flowkiwi.net';
const DOMAIN = 'product-management.flowkiwi.net';
/** The same at a sandbox: names beneath `localhost` are this machine (RFC 6761 section 6.3). */
const LOCAL_DOMAIN = 'product-management.localhost';

/** Origin of the product management of an instance with this handle (contract section 7), of the Identity at this URL: one on this machine is taken for a sandbox. */
export function productManagementUrl(handle: string, identity: URL): string {
  if (!isLoopback(identity)) return `https://${handle}.${DOMAIN}`;
  const { protocol, port } = identity;
  return `${protocol}//${handle}.${LOCAL_DOMAIN}${port === '' ? '' : `:${port}`}`;
}

/**
 * The same for a request that is signed in, or a person, of the profile with this name. Throws `usage` where there is no product management. Pure.
 */
export function productManagementOf(handle: string, { url, name }: { readonly url: URL; readonly name: string }): string {
  if (hasProductManagement(url)) return productManagementUrl(handle, url);
  throw noProductManagement(url, name);
}

/** There is no product management beside the Identity at this URL, that of the profile with this name. */
export function noProductManagement(url: URL, name: string): CliError {
  return new CliError(
    'usage',
    `there is no product management at ${url.origin}: the instances of identity.flowkiwi.net and of the sandbox alone have one`,
    {
      hint: `the profile ${name} is for another server; leave the instance out, or choose a profile with --profile`,
    },
  );
}

/** The same of whatever a server calls a handle; null for what cannot be part of a host name. */
export function productManagementUrlOf(handle: string | null, identity: URL): string | null {
  if (handle === null) return null;
  const url = productManagementUrl(encodeURIComponent(handle.replace(/[\uD800-\uDFFF]/gu, '\ufffd')), identity);
  return URL.canParse(url) ? url : null;
}

/** The handle of the instance whose product management is at a URL; undefined for a URL of anything else. */
export function handleAt({ hostname }: URL): string | undefined {
  const [handle = '', ...domain] = hostname.split('.');
  return [DOMAIN, LOCAL_DOMAIN].includes(domain.join('.')) && isHandle(handle) ? handle : undefined;
}

/** Whether the product management of instances takes the credentials of the Identity at this URL: no other one's may be sent there. */
export function hasProductManagement(identity: URL): boolean {
  return identity.origin === IDENTITY_ORIGIN || isLoopback(identity);
}
