import type { ClientMetadata } from 'oidc-provider';
import { v7 as uuidv7 } from 'uuid';
import { createAccount } from '../../accounts.ts';
import type { Database } from '../../database.ts';
import { ciSubject } from './ci.ts';
import { CLIENT_CREDENTIALS } from './grant-types.ts';
import { prepareMachines } from './machine-tables.ts';
import { hashOf, randomSecret } from './random-secret.ts';
import { createServiceAccountKey, type KeyType, publicKeysOf, type ServiceAccountKeyFile } from './service-account-key.ts';

/** A machine's three ways to sign in, each complete. They are shown once. */
export interface MachineIdentity {
  readonly client_id: string;
  readonly client_secret: string;
  readonly key: ServiceAccountKeyFile;
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of a CI job that acts for the machine. */
  readonly ci: { readonly request_url: string; readonly request_token: string };
}

/** Makes an account for a machine. `origin` is the sandbox's. */
export async function createMachine(
  database: Database,
  { origin, name, keyType }: { readonly origin: string; readonly name: string; readonly keyType: KeyType },
): Promise<MachineIdentity> {
  prepareMachines(database);
  const id = uuidv7();
  const key = await createServiceAccountKey(database, id, keyType);
  const [clientSecret, requestToken] = [randomSecret(), randomSecret()];
  database.transaction(() => {
    createAccount(database, { id, email: `${id}@machines.invalid`, name });
    database.run('INSERT INTO machine (account_id, client_secret_hash, ci_request_token_hash, ci_subject) VALUES (?, ?, ?, ?)', [
      id,
      hashOf(clientSecret),
      hashOf(requestToken),
      ciSubject(`onboarding-${id.slice(-12)}`),
    ]);
  });
  return {
    client_id: id,
    client_secret: clientSecret,
    key,
    // With a query, as GitHub's has one: the audience is added to it.
    ci: { request_url: `${origin}/_sandbox/ci/token?api-version=2.0`, request_token: requestToken },
  };
}

/**
 * The machine as a confidential client (RFC 6749 section 2.1), which shows who it is with its secret, `client_secret` being the hash of that, or with
 * its keys; undefined for no machine.
 */
export function findMachineClient(database: Database, clientId: string, byKey: boolean): ClientMetadata | undefined {
  if (clientId.includes('\0')) return undefined;
  prepareMachines(database);
  const row = database.get('SELECT client_secret_hash FROM machine WHERE account_id = ?', [clientId]);
  if (row === undefined) return undefined;
  return {
    client_id: clientId,
    ...(byKey
      ? { token_endpoint_auth_method: 'private_key_jwt', jwks: publicKeysOf(database, clientId) }
      : { token_endpoint_auth_method: 'client_secret_basic', client_secret: String(row['client_secret_hash']) }),
    grant_types: [CLIENT_CREDENTIALS],
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: 'ES256',
  };
}
