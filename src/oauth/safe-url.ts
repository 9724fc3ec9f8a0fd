import type { HttpClient } from '../http/client.ts';
import { isLoopback } from '../http/loopback.ts';

/**
 * The URL when secrets may be sent there and a browser may be opened there: https anywhere, plain http on loopback only,
 * no user name or password in it, no blanks and no control characters. Anything else, also what is not a string or not a URL, is undefined.
 * `isLocal` knows more hosts to which the connection goes over loopback.
 */
export function parseSafeUrl(text: unknown, { isLocal = () => false }: Pick<HttpClient, 'isLocal'> = {}): URL | undefined {
  // No URL has blanks or control characters (RFC 3986 section 2); the parser of the URL standard would leave them out without a word.
  if (typeof text !== 'string' || /[\p{Cc}\s]/u.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && (isLoopback(url) || isLocal(url)));
  return isSafe && url.username === '' && url.password === '' ? url : undefined;
}

/** Why a text is not a safe URL, in words that follow its name; it is not quoted. Pure. */
export function whyUnsafe(text: unknown): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  const hasUser = url !== undefined && (url.username !== '' || url.password !== '');
  return hasUser ? 'has a user name or a password in it' : 'is not https';
}
