import type Provider from 'oidc-provider';
import { findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { DEMO_EMAIL } from './client.ts';
import { createGrant, grantedScope } from './grants.ts';
import { jsonBody, type Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';

/** Approves every device code as the demo partner before the client hears of it. */
export function approveDeviceCodes(provider: Provider, database: Database): Middleware {
  return async (context, next) => {
    await next();
    if (context.path !== ROUTES.device_authorization) return;
    const deviceCode = jsonBody(context)?.['device_code'];
    const code = typeof deviceCode === 'string' ? await provider.DeviceCode.find(deviceCode) : undefined;
    if (code === undefined) return;
    const account = findOrCreateAccount(database, DEMO_EMAIL);
    code.accountId = account.id;
    code.scope = grantedScope(code.params?.['scope']);
    code.grantId = await createGrant(provider, account.id, code.scope);
    code.authTime = code.iat;
    await code.save();
  };
}
