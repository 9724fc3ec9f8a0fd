import { expect, test } from 'vitest';
import { type Context, createContext } from '../../src/context/context.ts';
import { UNATTENDED_OPTIONS } from '../../src/context/global-options.ts';
import { PROVIDERS, type ProviderName } from '../../src/context/provider-defaults.ts';
import { quietEdges } from '../support/edges.ts';

const SERVICES: Readonly<Record<ProviderName, (context: Context) => Promise<{ readonly checkCredential: () => Promise<void> }>>> = {
  flowkiwi: (context) => context.flowkiwi(),
  zitadel: (context) => context.zitadel(),
};

test.each(PROVIDERS)('a profile of %s gives out no identity service of another provider', async (provider) => {
  const env = { FLOWKIWI_PROVIDER: provider, FLOWKIWI_URL: 'https://p.example', FLOWKIWI_TOKEN: 'token', FLOWKIWI_CONFIG_DIR: '/nowhere' };
  const context = createContext({ edges: quietEdges({ env }), options: UNATTENDED_OPTIONS, version: '0', effect: 'reads' });
  for (const name of PROVIDERS) {
    const service = SERVICES[name](context);
    if (name === provider) await expect(service).resolves.toHaveProperty('checkCredential');
    else await expect(service).rejects.toMatchObject({ code: 'usage', hint: { say: expect.stringContaining('--profile') } });
  }
});
