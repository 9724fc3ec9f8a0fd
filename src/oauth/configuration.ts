import { allowInsecureRequests, Configuration, clockTolerance, customFetch, None } from 'openid-client';
import type { HttpClient } from '../http/client.ts';
import { createFetch } from './fetch-adapter.ts';
import type { DiscoveredServer } from './server-metadata.ts';

/** What every operation at an authorization server needs. */
export interface OAuthClient {
  readonly server: DiscoveredServer;
  /** A public client (RFC 8252 section 8.4): there is no secret. */
  readonly clientId: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal | undefined;
}

/** Clocks are minutes off at times (a virtual machine after sleep); a sign-in, or a rotated refresh token, must not be lost over it. */
const CLOCK_TOLERANCE_S = 600;

/** openid-client's view of the server, for one operation: its requests end when the signal is aborted. */
export function createConfiguration({ server, clientId, http, signal }: OAuthClient): Configuration {
  const { scopes_supported: _, id_token_signing_alg_values_supported: algorithms, ...metadata } = server;
  const configuration = new Configuration(
    { ...metadata, ...(algorithms && { id_token_signing_alg_values_supported: [...algorithms] }) },
    clientId,
    { [clockTolerance]: CLOCK_TOLERANCE_S },
    None(),
  );
  configuration[customFetch] = createFetch(http, signal);
  // The transport has the time limit, and the adapter decides where plain http is allowed.
  configuration.timeout = 0;
  allowInsecureRequests(configuration);
  return configuration;
}
