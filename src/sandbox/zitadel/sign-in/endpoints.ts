import { ZITADEL_AUDIENCE_SCOPE } from '../../../well-known.ts';
import { grantAccessToken } from '../../oauth/access-tokens.ts';
import { UntrustedToken } from '../../oauth/machines/claims.ts';
import { JWT_BEARER } from '../../oauth/machines/grant-types.ts';
import { parseJsonWebToken } from '../../oauth/machines/json-web-token.ts';
import { hostName, instanceOfHost } from '../calls/instance-of-call.ts';
import type { ServiceOptions } from '../calls/serve.ts';
import { defaultInstance, userOfAccount } from '../default-instance.ts';
import type { Answer, FrontEnd, HttpCall } from '../http/front-end.ts';
import { headerFieldsOf, type Outcome } from '../http/header-fields.ts';
import { metadataOf } from '../http/metadata.ts';
import { accountIdOfZitadelMachine } from '../machine-sign-in.ts';
import { StatusError } from '../status.ts';
import { projectionTime } from '../store/point-in-time.ts';

/** How long an access token lasts, in seconds: 12 hours, less the one that passes on the way. */
const LIFE_S = 43_199;
const SCOPE_IS_MISSING =
  'The scope of your request is missing. Please ensure some scopes are requested. If you have any questions, you may contact the administrator of the application.';

/**
 * The sign-in of machines at the host of an instance, with ZITADEL's habits (contract sections 4.1 and 10.2): there is no metadata of RFC 8414 and
 * RFC 9728, and a bad assertion is a failure of the server. People sign in at the sandbox's own issuer.
 */
export function createSignIn(options: ServiceOptions): FrontEnd {
  const { database, clock, origin, switches } = options;
  const ownHost = new URL(origin).hostname;

  return async (call) => {
    const [now, { zitadel: version, lag }] = [clock.now(), switches()];
    const [outcome, answer] = answerTo(call);
    const { 'set-cookie': _, ...headers } = headerFieldsOf({ outcome, isV2: false, version, origin: call.headers.origin, now });
    return { ...answer, headers: { ...headers, ...answer.headers } };

    function answerTo({ target, headers, body }: HttpCall): readonly [Outcome, Answer] {
      const [path = '', query = ''] = target.split('?', 2);
      defaultInstance(database, now);
      const metadata = metadataOf(headers);
      try {
        instanceOfHost(metadata, { database, ownHost, at: projectionTime(now, lag) });
      } catch (error) {
        if (error instanceof StatusError) return ['refusal', { status: 404, headers: PLAIN, body: `${withoutCause(error.text)}\n` }];
        throw error;
      }
      const issuer = `http://${metadata.instanceHost}`;
      switch (path) {
        case '/.well-known/openid-configuration':
          return ['success', json(200, discoveryOf(issuer))];
        case '/oauth/v2/token': {
          const isForm = /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
          return ['success', token(new URLSearchParams(isForm ? (body?.toString() ?? '') : query), issuer)];
        }
        case '/oidc/v1/userinfo':
          return ['success', userInfo(metadata.authorization ?? '')];
        default:
          return ['undecoded', json(404, { code: 5, message: 'Not Found' })];
      }
    }

    function token(form: URLSearchParams, issuer: string): Answer {
      const [grantType, assertion, scope] = ['grant_type', 'assertion', 'scope'].map((name) => form.get(name) ?? undefined);
      if (!grantType) return oauthError(400, 'invalid_request', 'grant_type missing');
      if (grantType !== JWT_BEARER) return oauthError(400, 'unsupported_grant_type', `${grantType} not supported`);
      if (!assertion) return oauthError(400, 'invalid_request', 'assertion missing');
      if (scope === undefined) return oauthError(400, 'invalid_request', SCOPE_IS_MISSING);
      const accountId = accountOf(assertion, issuer);
      if (accountId === undefined) return oauthError(500, 'server_error', 'Errors.Internal');
      const granted = { accountId, clientId: hostName(new URL(issuer).host, ownHost), scope, seconds: LIFE_S, grantType };
      const accessToken = grantAccessToken(database, granted, now);
      return json(200, { access_token: accessToken, token_type: 'Bearer', expires_in: LIFE_S });
    }

    function accountOf(assertion: string, issuer: string): string | undefined {
      const parsed = parseJsonWebToken(assertion);
      try {
        return parsed && accountIdOfZitadelMachine(database, parsed, { audiences: [issuer], now });
      } catch (error) {
        if (error instanceof UntrustedToken) return undefined;
        throw error;
      }
    }

    function userInfo(authorization: string): Answer {
      const account = options.authenticate(authorization.replace(/^Bearer /i, ''));
      const user = account && userOfAccount(database, account, now);
      if (user === undefined) return oauthError(401, 'access_denied', 'access token invalid');
      return json(200, { sub: user.id });
    }
  };
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

function json(status: number, document: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
}

function oauthError(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description });
}

/** What an endpoint of OAuth says of an instance that is not there: without the inner error, but for a host that is not trusted. */
function withoutCause(text: string): string {
  return text.replace(/ Parent=\(unable to get instance by host:.*?Message=Errors\.IAM\.NotFound( Parent=\(.*\))?\)$/, '$1');
}

/** OpenID Connect Discovery 1.0 section 3, as far as machines need it. */
function discoveryOf(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/v2/token`,
    userinfo_endpoint: `${issuer}/oidc/v1/userinfo`,
    scopes_supported: ['openid', 'profile', 'email', ZITADEL_AUDIENCE_SCOPE],
    grant_types_supported: [JWT_BEARER],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
