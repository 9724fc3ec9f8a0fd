import { isRecord } from '../record.ts';
import { CLIENT_AUTH_METHODS, KEY_GRANTS, WORKLOAD_GRANTS } from '../well-known.ts';
import {
  type ClientKey,
  type ClientSecret,
  type ConfidentialClient,
  type CredentialEntry,
  type CredentialFacts,
  hasKey,
  isMachine,
  isSealed,
  type MachineIdentity,
  type Sealed,
  SIGN_IN_METHODS,
  type SignInMethod,
  type StoredCredential,
} from './credential.ts';
import { shortName } from './short-name.ts';

/** What a credential has to keep secret. */
export type CredentialSecrets = Pick<StoredCredential, 'accessToken' | 'refreshToken' | 'idToken' | 'machine' | 'client'>;

/** An entry of `credentials.json`. */
export function writeEntry(entry: CredentialEntry): Record<string, unknown> {
  if (!isSealed(entry)) return { ...writeFacts(entry), ...writeSecrets(entry) };
  return { ...writeFacts(entry), renewable: entry.isRenewable, sealed: entry.sealed };
}

/** The inverse of `writeEntry`; undefined for what it did not write. */
export function readEntry(content: unknown): CredentialEntry | undefined {
  if (!isRecord(content)) return undefined;
  const facts = readFacts(content);
  if (!facts) return undefined;
  if (content['sealed'] === undefined) {
    const secrets = readSecrets(content, facts.method);
    return secrets && { ...facts, ...secrets };
  }
  const sealed = readSealed(content['sealed']);
  return sealed && { ...facts, isRenewable: content['renewable'] === true, sealed };
}

/** The secrets as JSON has them, in an entry in the clear or in a sealed box. */
export function writeSecrets({ accessToken, refreshToken, idToken, machine, client }: CredentialSecrets): Record<string, unknown> {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    id_token: idToken,
    machine: machine && writeMachine(machine),
    client: client && writeClient(client),
  };
}

/** The inverse of `writeSecrets` for a credential that was obtained by `method`. */
export function readSecrets(content: unknown, method: SignInMethod): CredentialSecrets | undefined {
  if (!isRecord(content) || typeof content['access_token'] !== 'string') return undefined;
  const machine = readMachine(method, content['machine']);
  if (isMachine(method) && !machine) return undefined;
  return {
    accessToken: content['access_token'],
    refreshToken: text(content['refresh_token']),
    idToken: text(content['id_token']),
    machine,
    client: readClientSecret(content['client']) ?? readClientKey(content['client']),
  };
}

function writeFacts(facts: CredentialFacts): Record<string, unknown> {
  const { method, url, issuer, clientId, expiresAt, lifeMs, refreshExpiresAt, refreshRefused, sessionId, scope, user } = facts;
  return {
    ...{ method, url, issuer, client_id: clientId },
    expires_at: writeMoment(expiresAt),
    expires_in: lifeMs === undefined ? undefined : lifeMs / 1000,
    refresh_expires_at: writeMoment(refreshExpiresAt),
    refresh_refused: refreshRefused,
    sid: sessionId,
    scope,
    user: user && writeUser(user),
  };
}

function writeMoment(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

/** The inverse of `writeMoment`; NaN for what it did not write. */
function readMoment(text: unknown): number | undefined {
  return typeof text === 'string' ? Date.parse(text) : undefined;
}

/** Name and address are shown, and nothing else is done with them. */
function writeUser({ sub, email, emailVerified, name }: NonNullable<CredentialFacts['user']>): Record<string, unknown> {
  return { sub, email: email && shortName(email), email_verified: emailVerified, name: name && shortName(name) };
}

function readFacts(content: Record<string, unknown>): CredentialFacts | undefined {
  const { method, url, issuer, client_id, expires_at, expires_in, refresh_expires_at, refresh_refused, sid, scope, user } = content;
  if (!isSignInMethod(method) || typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const [expiresAt, refreshExpiresAt] = [readMoment(expires_at), readMoment(refresh_expires_at)];
  if (Number.isNaN(expiresAt) || Number.isNaN(refreshExpiresAt)) return undefined;
  return {
    method,
    url,
    issuer: text(issuer),
    clientId: text(client_id),
    expiresAt,
    lifeMs: typeof expires_in === 'number' ? expires_in * 1000 : undefined,
    refreshExpiresAt,
    refreshRefused: text(refresh_refused),
    sessionId: text(sid),
    scope: text(scope),
    user: readUser(user),
  };
}

function readUser(user: unknown): CredentialFacts['user'] {
  if (!isRecord(user) || typeof user['sub'] !== 'string') return undefined;
  const { sub, email, email_verified: isVerified, name } = user;
  return { sub, email: text(email), emailVerified: typeof isVerified === 'boolean' ? isVerified : undefined, name: text(name) };
}

function readSealed(content: unknown): Sealed | undefined {
  if (!isRecord(content)) return undefined;
  const { account, box } = content;
  return typeof account === 'string' && typeof box === 'string' ? { account, box } : undefined;
}

function writeMachine(machine: MachineIdentity): Record<string, unknown> {
  switch (machine.kind) {
    case 'client_credentials':
      return writeClientSecret(machine);
    case 'service_account_key': {
      const { subject, keyId, audience, privateKey, grant } = machine;
      return { subject, key_id: keyId, audience, private_key: privateKey, grant };
    }
    case 'workload_identity':
      return { file: machine.file, audience: machine.audience, grant: machine.grant, parameters: machine.parameters };
  }
}

function writeClient(client: ConfidentialClient): Record<string, unknown> {
  return hasKey(client) ? writeClientKey(client) : writeClientSecret(client);
}

function writeClientKey({ privateKey, keyId, audience }: ClientKey): Record<string, unknown> {
  return { private_key: privateKey, key_id: keyId, audience };
}

function readClientKey(fields: unknown): ClientKey | undefined {
  if (!isRecord(fields) || typeof fields['private_key'] !== 'string') return undefined;
  return { privateKey: fields['private_key'], keyId: text(fields['key_id']), audience: text(fields['audience']) };
}

function writeClientSecret({ clientSecret, method }: ClientSecret): Record<string, unknown> {
  return { client_secret: clientSecret, authentication: method };
}

function readClientSecret(fields: unknown): ClientSecret | undefined {
  if (!isRecord(fields) || typeof fields['client_secret'] !== 'string') return undefined;
  const method = CLIENT_AUTH_METHODS.find((known) => known === fields['authentication']);
  return { clientSecret: fields['client_secret'], method: method === 'private_key_jwt' ? undefined : method };
}

function readMachine(kind: SignInMethod, fields: unknown): MachineIdentity | undefined {
  if (!isRecord(fields)) return undefined;
  const { subject, key_id: keyId, private_key: privateKey, file, audience, grant, parameters } = fields;
  switch (kind) {
    case 'client_credentials': {
      const client = readClientSecret(fields);
      return client && { kind, ...client };
    }
    case 'service_account_key':
      if (typeof subject !== 'string' || typeof privateKey !== 'string') return undefined;
      return {
        kind,
        subject,
        keyId: text(keyId),
        audience: text(audience),
        privateKey,
        grant: KEY_GRANTS.find((known) => known === grant),
      };
    case 'workload_identity':
      return {
        kind,
        file: text(file),
        audience: text(audience),
        grant: WORKLOAD_GRANTS.find((known) => known === grant),
        parameters: isTexts(parameters) ? parameters : undefined,
      };
    default:
      return undefined;
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((one) => typeof one === 'string');
}

function isSignInMethod(value: unknown): value is SignInMethod {
  return SIGN_IN_METHODS.some((method) => method === value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
