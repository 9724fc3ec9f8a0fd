import { generateKeyPairSync } from 'node:crypto';

/** What a machine can sign in with at a server: the secret of a client, and, where the server takes keys, the key of another one. Plain JSON. */
export interface MachineFacts {
  readonly id: string;
  readonly secret: string;
  readonly keyed?: { readonly id: string; readonly pem: string };
}

/** The key of the machines: the private half, and what a server is given of it. */
export interface MachineKey {
  readonly pem: string;
  readonly publicPem: string;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function newMachineKey(): MachineKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' },
  };
}
