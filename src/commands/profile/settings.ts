import { checkedClientId, checkedIssuer, checkedUrl, withoutPathStart } from '../../context/checked-settings.ts';
import { isLocalInstance, PROVIDER_DEFAULTS, PROVIDERS, type ProviderName } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import type { StoredProfile } from '../../storage/config.ts';
import { CLIENT_AUTH_METHODS, type ClientAuthMethod, WORKLOAD_GRANTS, type WorkloadGrant } from '../../well-known.ts';
import { requestParameters } from '../auth/request-parameters.ts';
import { SIGN_IN_OPTIONS, type SignInFlags, signInSettings } from '../auth/sign-in-options.ts';
import { choice, text, texts } from '../kit/option.ts';
import { keyPath } from './key-file.ts';

/** The options of `profile add` and `profile set` that say what a profile of any provider is. */
export const CONNECTION_OPTIONS = {
  url: text('--url <url>', 'url', 'base URL of the API'),
  provider: choice('--provider <provider>', PROVIDERS, `the dialect of the API: ${PROVIDERS.join(' or ')}`),
  issuer: text('--issuer <url>', 'url', 'the sign-in server; the API is asked for it when absent'),
  clientId: text('--client-id <id>', 'id', 'how the sign-in server knows this program'),
  clientAuth: choice('--client-auth <method>', CLIENT_AUTH_METHODS, 'how the client shows its secret or its key'),
  keyFile: text('--key-file <file>', 'path', 'the key that login uses: of a service account, or of a client with private_key_jwt'),
  oidcGrant: choice('--oidc-grant <grant>', WORKLOAD_GRANTS, 'how the token of a CI job is presented, at first'),
  oidcParam: texts('--oidc-param <name=value>', 'setting', 'one more parameter of that request, as connector_id=github (repeatable)'),
  idempotencyKeys: choice(
    '--idempotency-keys <state>',
    ['on', 'off'],
    'on: the API carries out a create once that comes again with its Idempotency-Key',
  ),
  ...SIGN_IN_OPTIONS,
};

export interface ConnectionFlags extends SignInFlags {
  readonly url: string | undefined;
  readonly provider: ProviderName | undefined;
  readonly issuer: string | undefined;
  readonly instanceHost: string | undefined;
  readonly clientId: string | undefined;
  readonly clientAuth: ClientAuthMethod | undefined;
  readonly keyFile: string | undefined;
  readonly oidcGrant: WorkloadGrant | undefined;
  readonly oidcParam: readonly string[];
  readonly idempotencyKeys: 'on' | 'off' | undefined;
}

/**
 * What of it is stored: what was given; `notice` says what was changed about the URL. `provider` is the profile's, `before` what is stored of it. Throws `usage` for what cannot
 * be used, naming the flag.
 */
export function connectionSettings(
  flags: ConnectionFlags,
  provider: ProviderName,
  before: StoredProfile = {},
): { readonly connection: StoredProfile; readonly notice: string | undefined } {
  const { url, provider: dialect, issuer, instanceHost, clientId, clientAuth, keyFile, oidcGrant, oidcParam, idempotencyKeys } = flags;
  const base = url === undefined ? undefined : withoutPathStart(checkedBase(url), '--url', PROVIDER_DEFAULTS[provider].pathStart);
  const api = base?.url.href ?? before.url;
  const isLocal = (other: URL) => api !== undefined && isLocalInstance(other, new URL(api), instanceHost ?? before.instanceHost);
  const oidcParams = requestParameters(oidcParam, '--oidc-param');
  const connection = {
    ...(base !== undefined && { url: base.url.href }),
    ...(dialect !== undefined && { provider: dialect }),
    ...(issuer !== undefined && { issuer: checkedIssuer(issuer, '--issuer', isLocal) }),
    ...(clientId !== undefined && { clientId: checkedClientId(clientId.trim(), '--client-id') }),
    ...(clientAuth !== undefined && { clientAuth }),
    ...(keyFile !== undefined && { keyFile: keyPath(keyFile) }),
    ...(oidcGrant !== undefined && { oidcGrant }),
    ...(oidcParams !== undefined && { oidcParams }),
    ...(idempotencyKeys !== undefined && { idempotencyKeys: idempotencyKeys === 'on' }),
    ...signInSettings(flags),
  };
  return { connection, notice: base?.notice };
}

/** The URL that paths of the API are put behind. Throws `usage` for one with more behind its path. */
function checkedBase(text: string): URL {
  const url = checkedUrl(text, '--url');
  if (!/[?#]/.test(text)) return url;
  throw new CliError('usage', '--url has a query or a fragment, which the base URL of an API cannot have', {
    hint: `leave it out: --url ${url.href.replace(/\/$/, '')}`,
  });
}
