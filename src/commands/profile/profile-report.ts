import { type Profile, type ProfileSources, resolveProfile } from '../../context/profile.ts';
import type { View } from '../../output/view.ts';
import { type Config, type CredentialStorage, storageOf } from '../../storage/config.ts';
import type { Credentials } from '../../storage/credentials.ts';

/** What is shown of a profile. No secrets. */
export interface ProfileReport {
  readonly name: string;
  readonly provider: string;
  readonly url: string;
  /** The sign-in server; null: the API is asked for it. */
  readonly issuer: string | null;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** How a person signs in, where it is not the usual way; null when all of it is. */
  readonly sign_in: Readonly<Record<string, unknown>> | null;
  /** Whether the API is known to carry out a create once that comes again with its `Idempotency-Key`. */
  readonly idempotency_keys: boolean;
  /** Where the URL does not name the instance of ZITADEL; null where it does. */
  readonly instance_host: string | null;
  /** Who signs requests to the system API of ZITADEL; null when nobody does. */
  readonly system_user: { readonly name: string; readonly key: string; readonly audience: string } | null;
  /** Whether commands use it now: named by the flag or the environment, else chosen by `profile use`. */
  readonly current: boolean;
  /** Where the secrets of its next credential are kept. */
  readonly storage: CredentialStorage;
  /** Whether a credential is stored for it. */
  readonly signed_in: boolean;
  /** Address, name or id of the user who is signed in. */
  readonly user: string | null;
}

/** What is stored, and the name of the profile that commands use now. */
export interface ProfileSurroundings {
  readonly config: Config | undefined;
  readonly credentials: Credentials | undefined;
  readonly current: string;
}

/** What is known of a profile without a flag or the environment. Throws as `resolveProfile` does. */
export function profileReport(name: string, surroundings: ProfileSurroundings): ProfileReport {
  return reportOf(resolveProfile({ profile: name }, {}, surroundings.config), surroundings);
}

/** The same of a profile that is put together already. */
export function reportOf(profile: Profile, { config, credentials, current }: ProfileSurroundings): ProfileReport {
  const { name, provider, url, issuer, clientId, scopes, idempotencyKeys, instanceHost, systemUser } = profile;
  const user = credentials?.get(name)?.user;
  return {
    name,
    provider,
    url: url.href.replace(/\/$/, ''),
    issuer: issuer ?? null,
    client_id: clientId,
    scopes,
    sign_in: signInReport(profile),
    idempotency_keys: idempotencyKeys ?? false,
    instance_host: instanceHost ?? null,
    system_user: systemUser ?? null,
    current: name === current,
    storage: storageOf(config, name),
    signed_in: credentials?.has(name) ?? false,
    user: user?.email ?? user?.name ?? user?.sub ?? null,
  };
}

function signInReport({ signIn, clientAuth, keyFile, oidcGrant, oidcParams, keyGrant }: Profile): ProfileReport['sign_in'] {
  const { prompt, loginHint, authParams, callbackPort, callbackPath, callbackHost } = signIn;
  const settings = {
    ...{ client_auth: clientAuth, key_file: keyFile, oidc_grant: oidcGrant, oidc_params: oidcParams, key_grant: keyGrant },
    ...{ prompt, login_hint: loginHint, auth_params: authParams },
    ...{ callback_port: callbackPort, callback_path: callbackPath, callback_host: callbackHost },
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** How profiles are listed. */
export const profileView: View<ProfileReport> = {
  kind: 'profile',
  fields: [
    { name: 'name', heading: 'Name', type: 'string', table: true, keep: true, text: ({ name }) => name },
    { name: 'current', heading: 'In use', type: 'boolean', table: true, text: ({ current }) => (current ? '*' : '') },
    { name: 'provider', heading: 'Provider', type: 'string', table: true, spare: true, text: ({ provider }) => provider },
    { name: 'url', heading: 'URL', type: 'string', table: true, keep: true, text: ({ url }) => url },
    { name: 'issuer', heading: 'Sign-in server', table: false, keep: true, text: ({ issuer }) => issuer ?? '' },
    { name: 'client_id', heading: 'Client id', type: 'string', table: false, text: ({ client_id }) => client_id },
    { name: 'scopes', heading: 'Scopes', type: 'string[]', table: false, text: ({ scopes }) => scopes.join(' ') },
    {
      name: 'sign_in',
      heading: 'Signing in',
      type: 'object | null',
      table: false,
      text: ({ sign_in }) => (sign_in ? JSON.stringify(sign_in) : ''),
    },
    {
      name: 'idempotency_keys',
      heading: 'Idempotency keys',
      type: 'boolean',
      table: false,
      text: ({ idempotency_keys }) => (idempotency_keys ? 'on' : 'off'),
    },
    { name: 'instance_host', heading: 'Instance host', table: false, keep: true, text: ({ instance_host }) => instance_host ?? '' },
    {
      name: 'system_user',
      heading: 'System user',
      type: 'object | null',
      table: false,
      text: ({ system_user }) => (system_user ? `${system_user.name}, key ${system_user.key}, for ${system_user.audience}` : ''),
    },
    { name: 'storage', heading: 'Credentials in', type: 'string', table: false, text: ({ storage }) => storage },
    { name: 'signed_in', heading: 'Signed in', type: 'boolean', table: true, text: ({ signed_in }) => (signed_in ? 'yes' : 'no') },
    { name: 'user', heading: 'User', table: true, text: ({ user }) => user ?? '' },
  ],
  id: ({ name }) => name,
  json: (report) => ({ ...report }),
};

/** A profile with where each of its values comes from. */
export interface SourcedProfileReport extends ProfileReport {
  readonly sources: ProfileSources;
}

/** How one profile is shown. */
export const sourcedProfileView: View<SourcedProfileReport> = {
  ...profileView,
  fields: [
    ...profileView.fields,
    {
      name: 'sources',
      heading: 'Values from',
      type: 'object',
      table: false,
      text: ({ sources }) => Object.entries(sources).map(([name, source]) => `${name}: ${source}`),
    },
  ],
  json: (report) => ({ ...report }),
};
