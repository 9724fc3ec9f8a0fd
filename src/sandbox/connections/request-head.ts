import type { IncomingMessage } from 'node:http';

/**
 * Reads the target of a request over HTTP/1.1 in its absolute form, as clients send it to proxies and may send it to any server: `url` and the
 * `host` of the headers are then what they would be in the usual form (RFC 9112 section 3.2.2). Returns what is wrong with the request,
 * for an answer of 400; undefined when nothing is.
 */
export function settleTarget(request: IncomingMessage): string | undefined {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) return 'The request has more than one Host (RFC 9112 section 3.2).';
  const [, authority, rest = ''] = /^http:\/\/([^/?#]*)(.*)$/is.exec(request.url ?? '') ?? [];
  if (authority === undefined) return undefined;
  if (!/^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d*)?$/i.test(authority)) return 'The target of the request names no host.';
  request.headers.host = authority;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return undefined;
}
