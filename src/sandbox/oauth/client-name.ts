import type Provider from 'oidc-provider';

/** How the pages call a client: by the name that it has given itself, or by its id. */
export async function clientName(provider: Provider, clientId: string): Promise<string> {
  return (await provider.Client.find(clientId))?.clientName ?? clientId;
}
