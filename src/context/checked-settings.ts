import { CliError } from '../errors.ts';
import { isLoopback } from '../http/loopback.ts';

/** RFC 6749 appendix A.1, but for blanks at the ends. */
const CLIENT_ID = /^[!-~](?:[ -~]*[!-~])?$/;
/** What can be shown: no user, no password, no query, no JWT, and not as long as other tokens. */
const SHOWABLE = /^(?!eyJ)(?:[A-Za-z][A-Za-z\d+.-]*:)?[^:@?#%]{0,40}(?::\d{1,5})?(?:\/[^:@?#%]{0,40})?$/;

/**
 * A base URL that a credential may be sent to: https, or http on loopback. Throws `usage`, naming the source. No part of a URL with an `@` is
 * shown: with a raw `/`, `#`, `?` or `\` in a password, parts of it stand where the host, the port or the path do.
 */
export function checkedUrl(
  text: string,
  source: string,
  example = 'https://identity.flowkiwi.net',
  isLocal: (url: URL) => boolean = isLoopback,
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (text.includes('@')) {
    throw new CliError('usage', `${source} has a URL with a user or a password in it`, {
      hint: 'leave it out; a token is given in FLOWKIWI_TOKEN; an @ in a path is written as %40',
    });
  }
  if (!url || !['https:', 'http:'].includes(url.protocol)) throw noUrl(text, source, example);
  if (url.protocol === 'http:' && !isLocal(url)) {
    throw new CliError('usage', `${source} has a URL without encryption: ${url.origin}`, {
      hint: `what is sent would be readable on the way; use https://${url.host}`,
    });
  }
  url.search = '';
  url.hash = '';
  return url;
}

/** A base URL without what the paths of the API begin with, and the notice that says so. Pure. */
export function withoutPathStart(
  url: URL,
  source: string,
  start: string | undefined,
): { readonly url: URL; readonly notice: string | undefined } {
  const path = url.pathname.replace(/\/+$/, '');
  if (start === undefined || !path.endsWith(start)) return { url, notice: undefined };
  const base = new URL(url);
  base.pathname = path.slice(0, -start.length);
  return { url: base, notice: `${source}: ${start} at the end of the URL was taken off, because every path begins with it` };
}

/** The URL of a sign-in server as it was given, but for the address of its metadata and for what a URL cannot have in it, because they are compared by their text (RFC 8414 section 2). Throws as `checkedUrl`. */
export function checkedIssuer(text: string, source: string, isLocal: (url: URL) => boolean = () => false): string {
  const example = 'https://login.example';
  checkedUrl(text, source, example, (url) => isLoopback(url) || isLocal(url));
  if (/\p{Cc}/u.test(text) || text !== text.trim()) throw noUrl(text, source, example);
  if (/[?#]/.test(text)) {
    throw new CliError('usage', `${source} has a URL with a query or a fragment, which no sign-in server has`, {
      hint: `for example ${example}`,
    });
  }
  return spelledIssuer(text);
}

/** The issuer that an address is of: without the well-known part of its metadata, and encoded as a URL is sent. */
function spelledIssuer(text: string): string {
  const bare = text
    .replace(/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/, '')
    .replace(/^(https?:\/\/[^/]+)\/\.well-known\/oauth-authorization-server(?=\/)/, '$1');
  if (/^[!-~]+$/.test(bare)) return bare;
  const { href } = new URL(bare);
  return bare.endsWith('/') ? href : href.replace(/\/$/, '');
}

/** A client id that can be sent. Throws `usage`, naming the source. */
export function checkedClientId(text: string, source: string): string {
  if (CLIENT_ID.test(text)) return text;
  const problem = text.trim() === '' ? 'is empty' : 'has characters that no client id has';
  throw new CliError('usage', `${source} ${problem}`, { hint: `give it a value, or leave ${source} out` });
}

/** A text that was refused, behind `lead` for the end of a message; empty when it may hold a secret, such as a password in a URL. */
export function shownIfHarmless(lead: string, text: string): string {
  return SHOWABLE.test(text) ? `${lead} ${JSON.stringify(text)}` : '';
}

function noUrl(text: string, source: string, example: string): CliError {
  return new CliError('usage', `${source} has no usable URL${shownIfHarmless(':', text)}`, { hint: `for example ${example}` });
}
