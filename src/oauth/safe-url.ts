import { isLoopback } from '../http/loopback.ts';

/**
 * The URL when secrets may be sent there and a browser may be opened there: https anywhere, plain http on loopback only,
 * no user name or password in it. Anything else, also what is no string or no URL, is undefined.
 */
export function parseSafeUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return isSafe && url.username === '' && url.password === '' ? url : undefined;
}
