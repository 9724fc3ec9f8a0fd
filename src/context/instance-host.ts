import type { HttpClient } from '../http/client.ts';
import { INSTANCE_HEADER } from '../identity/zitadel/dialect.ts';
import { instanceIssuers, isLocalInstance } from './provider-defaults.ts';

/** Where an instance of ZITADEL is reached, and the host that names it there. */
export interface InstancePlace {
  readonly url: URL;
  readonly instanceHost: string;
}

/**
 * The transport to an instance of ZITADEL that the host of its URL does not name (contract section 5): what goes to the URL's origin carries the
 * header that names the instance, and so does what goes to the instance's own origin, whose name need not resolve: it is sent to the URL in
 * its place. Anything else goes out unchanged. Throws as `http` does.
 */
export function throughInstanceHost(http: HttpClient, { url, instanceHost }: InstancePlace): HttpClient {
  const { origin } = url;
  const issuers = instanceIssuers(url, instanceHost);
  const instanceOrigins = issuers.map((issuer) => (URL.canParse(issuer) ? new URL(issuer).origin : issuer));
  return {
    send: async (request, signal) => {
      const isForInstance = instanceOrigins.includes(request.url.origin);
      if (!isForInstance && request.url.origin !== origin) return http.send(request, signal);
      const headers = { ...request.headers, [INSTANCE_HEADER]: instanceHost };
      const response = await http.send({ ...request, headers, url: at(origin, request.url) }, signal);
      // The caller compares what has answered with what was asked.
      const isAnswered = isForInstance && response.url.origin === origin;
      return isAnswered ? { ...response, url: at(request.url.origin, response.url) } : response;
    },
    close: () => http.close(),
    isLocal: (other) => isLocalInstance(other, url, instanceHost),
  };
}

/** The same address at another origin. */
function at(origin: string, { pathname, search }: URL): URL {
  return new URL(`${origin}${pathname}${search}`);
}
