import type { IncomingHttpHeaders } from 'node:http';
import type { Metadata } from '../calls/call.ts';

/** A host with an optional port; anything else is passed over. */
const HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Languages of the server's texts (`internal/static/i18n`), at the beginning of the header. */
const LANGUAGE = /^(?:bg|cs|de|en|es|fr|hu|id|it|ja|ko|mk|nl|pl|pt|ro|ru|sv|zh)\b/i;

/** What the headers of a request say about its call. */
export function metadataOf(headers: IncomingHttpHeaders, lacksDatabase = false): Metadata {
  return {
    authorization: headers.authorization,
    organizationId: first(headers['x-zitadel-orgid']),
    instanceHost: instanceHostOf(headers),
    publicHost: first(headers['x-zitadel-public-host']),
    language: LANGUAGE.exec(headers['accept-language'] ?? '')?.[0],
    origin: headers.origin,
    lacksDatabase,
  };
}

/** The host that names the instance: the first of the headers that may say so, else the request's own (contract section 5). */
function instanceHostOf(headers: IncomingHttpHeaders): string {
  const candidates = [
    first(headers['x-zitadel-instance-host']),
    forwardedHost(first(headers.forwarded)),
    forwardedHost(first(headers['x-zitadel-forwarded'])),
    forwardedHost(first(headers['x-forwarded-for'])),
    first(headers['x-forwarded-host']),
    headers.host,
  ];
  return candidates.find((host) => host !== undefined && HOST.test(host)) ?? '';
}

/** The `host` of a `Forwarded` header (RFC 7239 section 4). */
function forwardedHost(header: string | undefined): string | undefined {
  return /(?:^|[;,])\s*host="?([^";,]+)"?/i.exec(header ?? '')?.[1];
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
