import type Provider from 'oidc-provider';
import { findOrCreateAccount } from '../accounts.ts';
import type { Database } from '../database.ts';
import { DEMO_EMAIL } from './client.ts';
import { createGrant, grantedScope } from './grants.ts';
import { jsonBody, type Middleware } from './middleware.ts';
import { ROUTES } from './routes.ts';
import { normalizeUserCode } from './user-code.ts';

/** Approves every device code as the demo partner before the client hears of it. */
export function approveDeviceCodes(provider: Provider, database: Database): Middleware {
  return async (context, next) => {
    await next();
    if (context.path !== ROUTES.device_authorization) return;
    const deviceCode = jsonBody(context)?.['device_code'];
    const code = typeof deviceCode === 'string' ? await provider.DeviceCode.find(deviceCode) : undefined;
    if (code !== undefined) await approve(provider, database, code);
  };
}

/** Approves one device code, named as the person sees it, as the demo partner. An unknown or settled code stays unchanged. */
export async function approveUserCode(provider: Provider, database: Database, userCode: string): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(normalizeUserCode(userCode));
  if (code !== undefined && code.accountId === undefined && code.error === undefined) await approve(provider, database, code);
}

type DeviceCode = InstanceType<Provider['DeviceCode']>;

async function approve(provider: Provider, database: Database, code: DeviceCode): Promise<void> {
  const account = findOrCreateAccount(database, DEMO_EMAIL);
  code.accountId = account.id;
  code.scope = grantedScope(code.params?.['scope']);
  code.grantId = await createGrant(provider, { accountId: account.id, clientId: String(code.clientId) }, code.scope);
  code.authTime = code.iat;
  await code.save();
}
