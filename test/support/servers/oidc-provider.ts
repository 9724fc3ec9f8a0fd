import { createServer } from 'node:http';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { vi } from 'vitest';
import { listen } from './listen.ts';

export const CLIENT_ID = 'flowkiwi-cli';

export interface RunningProvider {
  readonly issuer: string;
  readonly provider: Provider;
  /** What the person at the sign-in page does. */
  person: 'allows' | 'refuses';
  /** The person enters a device's code and confirms it. */
  readonly approve: (userCode: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The certified provider on a free port of loopback, with one native client and a person who answers its pages at once. */
export async function startProvider(configuration: Configuration = {}): Promise<RunningProvider> {
  // It warns about defaults that are fine here.
  const quiet = (['warn', 'info', 'error'] as const).map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
  const { default: OidcProvider, errors } = await import('oidc-provider');
  const server = createServer();
  const { origin: issuer } = await listen(server);
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: 'jane@acme.example', name: 'Jane' }),
    }),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      deviceFlow: { enabled: true },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['only for tests'] },
    ...configuration,
  });
  const running: RunningProvider = {
    issuer,
    provider,
    person: 'allows',
    async approve(userCode) {
      const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''));
      if (code === undefined) throw new Error('the provider knows the code');
      const scope = String(code.params?.['scope']);
      const grant = new provider.Grant({ accountId: 'jane', clientId: CLIENT_ID });
      grant.addOIDCScope(scope);
      Object.assign(code, { accountId: 'jane', grantId: await grant.save(), scope, authTime: Math.floor(Date.now() / 1000) });
      await code.save();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const spy of quiet) spy.mockRestore();
      }),
  };
  const handle = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return handle(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (running.person === 'refuses') {
      const { error, error_description } = new errors.AccessDenied('Jane said <b>no</b>');
      return provider.interactionFinished(request, response, { error, error_description });
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: 'jane' } });
    }
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope(String(params['scope']));
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  });
  return running;
}
