import { isHandle } from './handle.ts';

/** The Identity service whose instances have their product management at `DOMAIN`. */
const IDENTITY_ORIGIN = 'https://identity.flowkiwi.net';
const DOMAIN = 'product-management.flowkiwi.net';

/** Origin of an instance's product management (contract section 7). Takes whatever a server calls a handle, even halves of surrogate pairs. */
export function productManagementUrl(handle: string): string {
  return `https://${encodeURIComponent(handle.replace(/\p{Surrogate}/gu, '\ufffd'))}.${DOMAIN}`;
}

/** The handle of the instance whose product management is at a URL; undefined for a URL of anything else. */
export function handleAt({ hostname }: URL): string | undefined {
  const [handle = '', ...domain] = hostname.split('.');
  return domain.join('.') === DOMAIN && isHandle(handle) ? handle : undefined;
}

/** Whether the product management of instances takes the credentials of the Identity at this URL: no other one's may be sent there. */
export function hasProductManagement(identity: URL): boolean {
  return identity.origin === IDENTITY_ORIGIN;
}
