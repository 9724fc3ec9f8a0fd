import { KeyObject } from 'node:crypto';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import type { ClientAuthentication } from '../oauth/configuration.ts';
import { readPrivateKey } from '../oauth/private-key.ts';
import { createAssertion } from '../oauth/signed-jwt.ts';
import { type ClientKey, hasKey, type StoredCredential } from '../storage/credential.ts';
import { newestSecret } from './client-secret.ts';

/** What of a credential says which client it is of, and what it shows for it. */
type OfClient = Pick<StoredCredential, 'machine' | 'client'> & { readonly clientId: string };

/** Where it is shown. */
export interface AuthenticationPlace {
  readonly env: Environment;
  /** The time that assertions are signed by, in milliseconds since the epoch: as `timeToSign` has it. */
  readonly time: () => number;
}

/**
 * How the client of a stored credential shows who it is; undefined for a public one. A secret that the environment has is newer than the one that
 * was stored at the sign-in. Throws `auth` for a stored key that cannot be used.
 */
export function storedAuthentication(
  { machine, client, clientId }: OfClient,
  { env, time }: AuthenticationPlace,
): ClientAuthentication | undefined {
  const stored = client ?? (machine?.kind === 'client_credentials' ? machine : undefined);
  if (stored === undefined) return undefined;
  if (hasKey(stored)) return keyAuthentication(stored, clientId, time);
  const { clientSecret: secret, method } = newestSecret(stored, clientId, env);
  return { kind: 'secret', secret, method, time };
}

/** A client that signs an assertion for each request (`private_key_jwt`, RFC 7523 section 2.2). */
function keyAuthentication({ privateKey, keyId, audience }: ClientKey, clientId: string, time: () => number): ClientAuthentication {
  const key = signingKey(privateKey);
  const assertion = (issuer: string) => createAssertion({ key, keyId, subject: clientId, audience: audience ?? issuer, now: time() });
  return { kind: 'assertion', assertion, isNamed: true };
}

/** A key that is stored. Throws `auth` for one that cannot be used. */
export function signingKey(pem: string): KeyObject {
  const key = readPrivateKey(pem);
  if (key instanceof KeyObject) return key;
  throw new CliError('auth', `the stored key ${key.problem}`, {
    hint: helpWith('sign in again with the key file', 'login', '--key-file', 'FILE'),
  });
}
