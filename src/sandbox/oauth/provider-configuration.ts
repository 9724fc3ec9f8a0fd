import type { Adapter, Configuration } from 'oidc-provider';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { Clock } from '../../edges.ts';
import { CLIENT_ID } from '../../well-known.ts';
import { findAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { CLIENT_NAME, REDIRECT_URIS, SCOPES } from './client.ts';
import { showCodeConfirmation, showCodeInput, showDeviceConnected } from './device-pages.ts';
import { showError } from './error-pages.ts';
import { GRANTS_WITHOUT_CLIENT } from './machines/grant-types.ts';
import { findMachineClient } from './machines/machine.ts';
import { hashOf } from './machines/random-secret.ts';
import { INTERACTION_PREFIX, ROUTES } from './routes.ts';
import { loadSecrets } from './secrets.ts';
import { showSignedOut, showSignOut } from './sign-out-pages.ts';
import { createSqliteAdapter } from './sqlite-adapter.ts';

/** How long things last, in seconds. */
export interface Lifetimes {
  /** Asked for each token. */
  readonly accessTokenSeconds: () => number;
  /** Counted again at each rotation. */
  readonly refreshTokenSeconds: number;
  readonly deviceCodeSeconds: number;
}

/** At its endpoints for programs. */
const CLIENT_AUTH_METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

/** What clients sign with that show a key (`private_key_jwt`): the provider's usual ones. */
const CLIENT_AUTH_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] as const;

const DAY = 24 * 60 * 60;
const ONE_YEAR = 365 * DAY;

/** The settings of oidc-provider: what is on is what the sandbox promises; every default that would print a notice is replaced. */
export function providerConfiguration(issuer: string, database: Database, clock: Clock, lifetimes: Lifetimes): Configuration {
  const { signingKey, cookieKey } = loadSecrets(database);
  const { port } = new URL(issuer);
  const artifacts = createSqliteAdapter(database, clock);

  return {
    adapter: (model: string) => (model === 'Client' ? clientAdapter(database, artifacts(model)) : artifacts(model)),
    jwks: { keys: [signingKey] },
    // Cookies know no ports: two sandboxes on one machine must not overwrite each other's.
    cookies: {
      keys: [cookieKey],
      names: {
        session: `flowkiwi_session_${port}`,
        interaction: `flowkiwi_interaction_${port}`,
        resume: `flowkiwi_resume_${port}`,
      },
      long: { path: '/oauth', httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: CLIENT_NAME,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: REDIRECT_URIS,
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code', ...GRANTS_WITHOUT_CLIENT],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientAuthMethods: [...CLIENT_AUTH_METHODS],
    discovery: Object.fromEntries(
      ['introspection', 'revocation'].flatMap((endpoint) => [
        [`${endpoint}_endpoint_auth_methods_supported`, CLIENT_AUTH_METHODS],
        [`${endpoint}_endpoint_auth_signing_alg_values_supported`, CLIENT_AUTH_ALGORITHMS],
      ]),
    ),
    enabledJWA: { clientAuthSigningAlgValues: [...CLIENT_AUTH_ALGORITHMS] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    responseTypes: ['code'],
    scopes: [...SCOPES],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    routes: ROUTES,
    interactions: { url: (_context, interaction) => `${INTERACTION_PREFIX}${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      introspection: {
        enabled: true,
        // What proves nothing hears of its own tokens alone.
        allowedPolicy: (_context, client, token) => client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      // Any program of this machine may be a client (RFC 7591); a page of another site cannot send what registers one.
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true, logoutSource: showSignOut, postLogoutSuccessSource: showSignedOut },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        userCodeInputSource: showCodeInput,
        userCodeConfirmSource: showCodeConfirmation,
        successSource: showDeviceConnected,
      },
    },
    renderError: showError,
    clientBasedCORS: () => false,
    clockTolerance: 0,
    rotateRefreshToken: true,
    issueRefreshToken: (_context, client, source) => client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    // A tool that has signed in stays signed in when the browser signs out.
    expiresWithSession: () => false,
    // Each sign-in has a grant of its own: ending one ends no other.
    loadExistingGrant: async ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
    },
    findAccount: (_context, id) => {
      const account = findAccount(database, id);
      if (account === undefined) return undefined;
      const { email, name } = account;
      const claims = { sub: id, email, email_verified: true, ...(name === null ? {} : { name }) };
      return { accountId: id, claims: () => claims };
    },
    ttl: {
      AccessToken: lifetimes.accessTokenSeconds,
      RefreshToken: lifetimes.refreshTokenSeconds,
      DeviceCode: lifetimes.deviceCodeSeconds,
      AuthorizationCode: 60,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      Session: 30 * DAY,
      Grant: ONE_YEAR,
    },
  };
}

/** Machines, and clients that were registered. */
function clientAdapter(database: Database, registered: Adapter): Adapter {
  // A machine shows who it is with its secret or with its key; the provider knows one way for each client.
  const hasSigned = () => Provider.ctx?.oidc.params?.['client_assertion'] !== undefined;
  return {
    ...registered,
    // What is kept of a secret is its hash, as of those of machines.
    upsert: (id, client, expiresIn) => {
      const secret = typeof client['client_secret'] === 'string' ? { client_secret: hashOf(client['client_secret']) } : {};
      return registered.upsert(id, { ...client, ...secret }, expiresIn);
    },
    find: async (id) => findMachineClient(database, id, hasSigned()) ?? registered.find(id),
  };
}
