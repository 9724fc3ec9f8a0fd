import { expect, test } from 'vitest';
import { type Context, createContext } from '../../src/context/context.ts';
import { PROVIDERS, type ProviderName } from '../../src/context/provider-defaults.ts';
import { quietEdges } from '../support/edges.ts';

const OPTIONS = {
  ...{ profile: undefined, org: undefined, isOrgFlag: false, format: undefined, json: false, quiet: false, fields: undefined },
  ...{ input: false, yes: false, timeoutMs: undefined, color: 'never' as const, debug: false },
};

const SERVICES: Readonly<Record<ProviderName, (context: Context) => Promise<{ readonly checkCredential: () => Promise<void> }>>> = {
  flowkiwi: (context) => context.flowkiwi(),
  zitadel: (context) => context.zitadel(),
};

test.each(PROVIDERS)('a profile of %s gives out no identity service of another provider', async (provider) => {
  const env = { FLOWKIWI_PROVIDER: provider, FLOWKIWI_URL: 'https://p.example', FLOWKIWI_TOKEN: 'token', FLOWKIWI_CONFIG_DIR: '/nowhere' };
  const context = createContext({ edges: quietEdges({ env }), options: OPTIONS, version: '0' });
  for (const name of PROVIDERS) {
    const service = SERVICES[name](context);
    if (name === provider) await expect(service).resolves.toHaveProperty('checkCredential');
    else await expect(service).rejects.toMatchObject({ code: 'usage', hint: { say: expect.stringContaining('--profile') } });
  }
});
