import { CliError } from '../../errors.ts';
import type { WorkloadGrant } from '../../well-known.ts';
import { requestParameters } from './request-parameters.ts';

/** What the flags of `login` say. */
export interface LoginFlags {
  readonly browser: boolean;
  readonly openBrowser: boolean;
  readonly device: boolean;
  readonly withToken: boolean;
  readonly clientCredentials: boolean;
  readonly clientSecretFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly keyId: string | undefined;
  readonly keyAudience: string | undefined;
  readonly oidc: boolean;
  readonly oidcAudience: string | undefined;
  readonly oidcTokenFile: string | undefined;
  readonly oidcGrant: WorkloadGrant | undefined;
  readonly oidcParam: readonly string[];
}

/** What a machine signs in with, before any of it is read. Files are paths, `-` is standard input. */
export type MachineMethod =
  | { readonly kind: 'client_credentials'; readonly secretFile: string | undefined }
  | {
      readonly kind: 'service_account_key';
      readonly file: string;
      readonly keyId: string | undefined;
      readonly audience: string | undefined;
    }
  | {
      readonly kind: 'workload_identity';
      readonly file: string | undefined;
      readonly audience: string | undefined;
      readonly grant: WorkloadGrant | undefined;
      readonly parameters: Readonly<Record<string, string>> | undefined;
    };

/** A way to sign in; `flow` is undefined where the surroundings decide. */
export type LoginMethod =
  | { readonly kind: 'person'; readonly flow: 'browser' | 'device' | undefined; readonly open: boolean }
  | { readonly kind: 'token' }
  | { readonly kind: 'machine'; readonly machine: MachineMethod };

/** The way to sign in that the flags choose. Throws `usage` for two ways at once, and for a flag of another way. Pure. */
export function loginMethod(flags: LoginFlags): LoginMethod {
  const { browser, openBrowser, device, withToken, clientCredentials, keyFile, oidc } = flags;
  const methods: ReadonlyMap<string, boolean> = new Map([
    ['--browser', browser],
    ['--no-browser', !openBrowser],
    ['--device', device],
    ['--with-token', withToken],
    ['--client-credentials', clientCredentials],
    ['--key-file', keyFile !== undefined],
    ['--oidc', oidc],
  ]);
  const chosen = [...methods].filter(([, isGiven]) => isGiven).map(([name]) => name);
  if (chosen.length > 1) throw new CliError('usage', `${chosen.join(' and ')} exclude each other`, { hint: 'give one of them' });
  for (const [name, method, value] of belongings(flags)) {
    if (value === undefined || methods.get(method)) continue;
    throw new CliError('usage', `${name} goes with ${method}, which is not given`, { hint: `give both: ${method} and ${name}` });
  }
  if (withToken) return { kind: 'token' };
  const machine = machineMethod(flags);
  if (machine) return { kind: 'machine', machine };
  return { kind: 'person', flow: device ? 'device' : browser || !openBrowser ? 'browser' : undefined, open: openBrowser };
}

/** Flags that say more about one way to sign in. */
function belongings(flags: LoginFlags): readonly (readonly [name: string, method: string, value: string | undefined])[] {
  return [
    ['--client-secret-file', '--client-credentials', flags.clientSecretFile],
    ['--key-id', '--key-file', flags.keyId],
    ['--key-audience', '--key-file', flags.keyAudience],
    ['--oidc-audience', '--oidc', flags.oidcAudience],
    ['--oidc-token-file', '--oidc', flags.oidcTokenFile],
    ['--oidc-grant', '--oidc', flags.oidcGrant],
    ['--oidc-param', '--oidc', flags.oidcParam[0]],
  ];
}

function machineMethod(flags: LoginFlags): MachineMethod | undefined {
  const { clientCredentials, clientSecretFile, keyFile, keyId, keyAudience, oidc } = flags;
  if (clientCredentials) return { kind: 'client_credentials', secretFile: clientSecretFile };
  if (keyFile !== undefined) return { kind: 'service_account_key', file: keyFile, keyId, audience: keyAudience };
  if (!oidc) return undefined;
  const { oidcTokenFile: file, oidcAudience: audience, oidcGrant: grant, oidcParam } = flags;
  return { kind: 'workload_identity', file, audience, grant, parameters: requestParameters(oidcParam, '--oidc-param') };
}
