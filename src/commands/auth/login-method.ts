import { CliError } from '../../errors.ts';
import type { SignInFlow } from '../../oauth/flow.ts';
import type { ClientAuthMethod, KeyGrant, SecretMethod, WorkloadGrant } from '../../well-known.ts';
import { requestParameters } from './request-parameters.ts';

/** What the flags of `login` say. */
export interface LoginFlags {
  readonly browser: boolean;
  readonly openBrowser: boolean;
  readonly device: boolean;
  readonly withToken: boolean;
  readonly clientCredentials: boolean;
  readonly clientSecretFile: string | undefined;
  readonly clientAuth: ClientAuthMethod | undefined;
  readonly par: boolean;
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
  | { readonly kind: 'client_credentials'; readonly secretFile: string | undefined; readonly clientAuth: SecretMethod | undefined }
  | {
      readonly kind: 'service_account_key';
      readonly file: string;
      readonly keyId: string | undefined;
      readonly audience: string | undefined;
      readonly grant: KeyGrant | undefined;
    }
  | {
      readonly kind: 'workload_identity';
      readonly file: string | undefined;
      readonly audience: string | undefined;
      readonly grant: WorkloadGrant | undefined;
      readonly parameters: Readonly<Record<string, string>> | undefined;
    };

/** The key of a client, before it is read: `file` is a path, `-` is standard input. */
export interface KeyFlags {
  readonly file: string;
  readonly keyId: string | undefined;
  readonly audience: string | undefined;
}

/** How a person signs in. */
export interface PersonMethod {
  readonly flow: 'browser' | 'device' | undefined;
  /** Whether a browser may be started. */
  readonly open: boolean;
  /** Where the secret or the key of the client is, and how it is shown; without any of it a secret may be in the environment. */
  readonly secretFile?: string | undefined;
  readonly key?: KeyFlags | undefined;
  readonly clientAuth?: ClientAuthMethod | undefined;
  /** Whether what is asked for is handed to the server beforehand (PAR). */
  readonly par?: boolean;
}

/** A way to sign in; `flow` is undefined where the surroundings decide. */
export type LoginMethod =
  | ({ readonly kind: 'person' } & PersonMethod)
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
    ['--key-file', keyFile !== undefined && !isPersons(flags)],
    ['--oidc', oidc],
  ]);
  const chosen = [...methods].filter(([, isGiven]) => isGiven).map(([name]) => name);
  if (chosen.length > 1) throw new CliError('usage', `${chosen.join(' and ')} exclude each other`, { hint: 'give one of them' });
  for (const [name, ways, isGiven] of belongings(flags)) {
    const isOfPerson = ways.includes('--browser');
    const isThere = (way: string) => methods.get(way) || (way === '--key-file' && keyFile !== undefined);
    if (!isGiven || (chosen.length === 0 ? isOfPerson : ways.some(isThere))) continue;
    const list = ways.filter((way) => way !== '--no-browser').join(' or ');
    throw new CliError('usage', `${name} goes with ${list}, which is not given`, { hint: `give both: ${list} and ${name}` });
  }
  assertOneProof(flags);
  if (withToken) return { kind: 'token' };
  const machine = machineMethod(flags);
  if (machine) return { kind: 'machine', machine };
  const { clientSecretFile: secretFile, clientAuth, keyId, keyAudience: audience, par } = flags;
  const flow = device ? 'device' : browser || !openBrowser ? 'browser' : undefined;
  const key = keyFile === undefined ? undefined : { file: keyFile, keyId, audience };
  return { kind: 'person', flow, open: openBrowser, secretFile, key, clientAuth, par };
}

/** What a profile says of its key. */
export interface ProfileKey {
  readonly keyFile?: string | undefined;
  readonly clientAuth?: ClientAuthMethod | undefined;
}

/**
 * The flags with the key file of the profile, where they leave it to the profile: a machine's when they name no other way to sign in, that of the
 * client when a person signs in and the client is to show a key. Pure.
 */
export function withProfileKey(flags: LoginFlags, { keyFile, clientAuth: usual }: ProfileKey): LoginFlags {
  const { withToken, clientCredentials, oidc, clientSecretFile, clientAuth = usual, par } = flags;
  const isOther = withToken || clientCredentials || oidc || clientSecretFile !== undefined || par;
  const isWanted = isPersons(flags)
    ? clientAuth === 'private_key_jwt'
    : !isOther && secretMethod({ clientAuth: flags.clientAuth }) === undefined;
  return isWanted ? { ...flags, keyFile: flags.keyFile ?? keyFile } : flags;
}

/** The way to sign in to a profile where no flag of `login` says it, but perhaps how a person does. Pure. */
export function usualMethod(flow: SignInFlow | undefined, profile: ProfileKey): LoginMethod {
  return loginMethod(withProfileKey({ ...NO_FLAGS, browser: flow === 'browser', device: flow === 'device' }, profile));
}

/** What they say when none is given. */
export const NO_FLAGS: LoginFlags = {
  browser: false,
  openBrowser: true,
  device: false,
  withToken: false,
  clientCredentials: false,
  clientSecretFile: undefined,
  clientAuth: undefined,
  par: false,
  keyFile: undefined,
  keyId: undefined,
  keyAudience: undefined,
  oidc: false,
  oidcAudience: undefined,
  oidcTokenFile: undefined,
  oidcGrant: undefined,
  oidcParam: [],
};

/** Whether a flag says that a person signs in: a key is then that of the client that they sign in with. */
function isPersons({ browser, openBrowser, device }: LoginFlags): boolean {
  return browser || !openBrowser || device;
}

/** Throws `usage` for a secret and a key at once. */
function assertOneProof({ clientSecretFile, keyFile, clientAuth }: LoginFlags): void {
  const ofSecret = clientSecretFile !== undefined ? '--client-secret-file' : secretMethod({ clientAuth }) && `--client-auth ${clientAuth}`;
  const ofKey = keyFile !== undefined ? '--key-file' : clientAuth === 'private_key_jwt' ? '--client-auth private_key_jwt' : undefined;
  if (ofSecret === undefined || ofKey === undefined) return;
  throw new CliError('usage', `${ofSecret} and ${ofKey} exclude each other`, {
    hint: 'a client shows a secret or a key: give one of them',
  });
}

/** Flags that say more about one way to sign in. */
function belongings(flags: LoginFlags): readonly (readonly [name: string, ways: readonly string[], isGiven: boolean])[] {
  const { clientAuth } = flags;
  const ofSecret = ['--client-credentials', '--browser', '--no-browser', '--device'];
  const of = (name: string, way: string, value: string | undefined) => [name, [way], value !== undefined] as const;
  return [
    ['--client-secret-file', ofSecret, flags.clientSecretFile !== undefined],
    [`--client-auth ${clientAuth}`, clientAuth === 'private_key_jwt' ? ['--key-file'] : ofSecret, clientAuth !== undefined],
    ['--par', ['--browser', '--no-browser'], flags.par],
    of('--key-id', '--key-file', flags.keyId),
    of('--key-audience', '--key-file', flags.keyAudience),
    of('--oidc-audience', '--oidc', flags.oidcAudience),
    of('--oidc-token-file', '--oidc', flags.oidcTokenFile),
    of('--oidc-grant', '--oidc', flags.oidcGrant),
    of('--oidc-param', '--oidc', flags.oidcParam[0]),
  ];
}

function secretMethod({ clientAuth }: Pick<LoginFlags, 'clientAuth'>): SecretMethod | undefined {
  return clientAuth === 'private_key_jwt' ? undefined : clientAuth;
}

function machineMethod(flags: LoginFlags): MachineMethod | undefined {
  const { clientCredentials, clientSecretFile, keyFile, keyId, keyAudience, oidc } = flags;
  if (clientCredentials) return { kind: 'client_credentials', secretFile: clientSecretFile, clientAuth: secretMethod(flags) };
  if (keyFile !== undefined && !isPersons(flags)) {
    const grant = flags.clientAuth === 'private_key_jwt' ? 'client_credentials' : undefined;
    return { kind: 'service_account_key', file: keyFile, keyId, audience: keyAudience, grant };
  }
  if (!oidc) return undefined;
  const { oidcTokenFile: file, oidcAudience: audience, oidcGrant: grant, oidcParam } = flags;
  return { kind: 'workload_identity', file, audience, grant, parameters: requestParameters(oidcParam, '--oidc-param') };
}
