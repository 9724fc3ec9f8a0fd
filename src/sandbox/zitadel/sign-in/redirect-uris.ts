import { OIDCAppType, type OIDCConfig } from '@zitadel/proto/zitadel/app_pb';
import type { SignInCall } from './call.ts';

/**
 * Whether the app may be answered at the URI: one of its own, or for a native app one on the loopback interface of the same path and query, by
 * whatever name and port. The newer server takes https there as well (contract section 10.31).
 */
export function isRedirectUri({ redirectUris, appType }: OIDCConfig, uri: string, version: SignInCall['version']): boolean {
  if (redirectUris.includes(uri)) return true;
  const wanted = appType === OIDCAppType.OIDC_APP_TYPE_NATIVE ? loopbackUri(uri, version) : undefined;
  return (
    wanted !== undefined &&
    redirectUris.some((registered) => {
      const own = loopbackUri(registered, version);
      return own?.pathname === wanted.pathname && own.search === wanted.search;
    })
  );
}

function loopbackUri(text: string, version: SignInCall['version']): URL | undefined {
  const uri = URL.canParse(text) ? new URL(text) : undefined;
  const schemes = version === '2.70' ? ['http:'] : ['http:', 'https:'];
  const isLoopback = uri !== undefined && schemes.includes(uri.protocol) && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(uri.hostname);
  return isLoopback ? uri : undefined;
}
