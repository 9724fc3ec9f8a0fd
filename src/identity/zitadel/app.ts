import { isRecord, textOrNull } from '../../record.ts';

/** An application of a ZITADEL instance that people sign in through. */
export interface ZitadelApp {
  readonly id: string;
  /** How it is known at the authorization endpoint (RFC 6749 section 2.2); null for an app that is not of OpenID Connect. */
  readonly client_id: string | null;
  /** What signing in from a terminal needs and the app does not have, as the console words it. */
  readonly lacks: readonly string[];
}

const NATIVE = 'OIDC_APP_TYPE_NATIVE';
const WITHOUT_SECRET = 'OIDC_AUTH_METHOD_TYPE_NONE';

/** The grants that `login` uses, by what the console calls them. */
const GRANTS: ReadonlyMap<string, string> = new Map([
  ['OIDC_GRANT_TYPE_AUTHORIZATION_CODE', 'Authorization Code'],
  ['OIDC_GRANT_TYPE_REFRESH_TOKEN', 'Refresh Token'],
  ['OIDC_GRANT_TYPE_DEVICE_CODE', 'Device Code'],
]);

/** The grants that signing in from a terminal needs, as the console words them. */
export const SIGN_IN_GRANTS: readonly string[] = [...GRANTS.values()];

/** The settings of a native app that `login` works with: a public client with PKCE (RFC 8252 section 8.4), which can renew its tokens. */
export function nativeAppSettings(redirectUri: string): Readonly<Record<string, unknown>> {
  return {
    redirectUris: [redirectUri],
    responseTypes: ['OIDC_RESPONSE_TYPE_CODE'],
    grantTypes: [...GRANTS.keys()],
    appType: NATIVE,
    authMethodType: WITHOUT_SECRET,
  };
}

/** Reads an app of a search, and looks at its settings. Zero values are left out of the JSON: they are a web app, with Basic and with a code. */
export function readApp(json: unknown, redirectUri: string): ZitadelApp | undefined {
  if (!isRecord(json) || typeof json['id'] !== 'string') return undefined;
  const { id, oidcConfig: config } = json;
  if (!isRecord(config)) return { id, client_id: null, lacks: [] };
  const isActive = json['state'] === 'APP_STATE_ACTIVE';
  return { id, client_id: textOrNull(config['clientId']), lacks: [...(isActive ? [] : ['to be active']), ...lacking(config, redirectUri)] };
}

function lacking(config: Readonly<Record<string, unknown>>, redirectUri: string): readonly string[] {
  const grants = textsOf(config['grantTypes']);
  return [
    config['appType'] === NATIVE ? [] : 'the type Native',
    config['authMethodType'] === WITHOUT_SECRET ? [] : 'the authentication method None',
    [...GRANTS].flatMap(([grant, title]) => (grants.includes(grant) ? [] : `the grant ${title}`)),
    textsOf(config['redirectUris']).some((registered) => isSameLoopback(registered, redirectUri)) ? [] : `the redirect URI ${redirectUri}`,
  ].flat();
}

/** A native app may come back to any port of the loopback address (RFC 8252 section 7.3). */
function isSameLoopback(registered: string, wanted: string): boolean {
  return URL.canParse(registered) && withoutPort(registered) === withoutPort(wanted);
}

function withoutPort(text: string): string {
  const url = new URL(text);
  url.port = '';
  return url.href;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
