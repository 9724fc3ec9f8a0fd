import { generateKeyPairSync, sign } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/edges.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { testClock } from './sandbox-authorization-server.ts';
import { asList, asObject, type Call, call, type Json, type Reply, startInMemory } from './sandbox-in-memory.ts';

export interface Zitadel {
  readonly sandbox: Sandbox;
  readonly clock: ReturnType<typeof testClock>;
  /** An access token of the owner of the default instance. */
  readonly owner: string;
  /** Sends a request as that owner, unless it names another token; `null` sends none. */
  send(method: string, path: string, options?: Omit<Call, 'token'> & { readonly token?: string | null | undefined }): Promise<Reply>;
  /** Sends a request to the system API as the system user `sandbox`. */
  system(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Makes the sandbox behave so from now on. */
  switchTo(...switches: string[]): Promise<void>;
  /** An access token of a user with just these roles. */
  tokenFor(email: string, roles: readonly string[], organizationId?: string): Promise<string>;
}

/** A sandbox in memory whose clock is moved by hand. The caller closes it. */
export async function startZitadel(...switches: string[]): Promise<Zitadel> {
  const clock = testClock();
  const sandbox = await startInMemory({ clock, switches });
  const { url } = sandbox;
  const owner = await sandbox.issueAccessToken('jane@acme.example');
  const key = await sandbox.systemUserKey();
  const zitadel: Zitadel = {
    sandbox,
    clock,
    owner,
    send: (method, path, { token = owner, ...options } = {}) => call(url, method, path, { ...options, token: token ?? undefined }),
    system: (method, path, body) => call(url, method, `/system/v1${path}`, { token: systemToken(key, url, clock), body }),
    switchTo: async (...texts) => {
      await call(url, 'POST', '/_sandbox/switches', { body: { switches: texts } });
    },
    tokenFor: async (email, roles, organizationId) => {
      const body = { email, roles, ...(organizationId === undefined ? {} : { organization_id: organizationId }) };
      await call(url, 'POST', '/_sandbox/zitadel/members', { body });
      return sandbox.issueAccessToken(email);
    },
  };
  return zitadel;
}

/** The same, closed when the test ends. */
export async function startForTest(...switches: string[]): Promise<Zitadel> {
  const zitadel = await startZitadel(...switches);
  onTestFinished(() => zitadel.sandbox.close());
  return zitadel;
}

/** A token that a system user, or the owner of a key, signs for itself; `changes` overwrite its header and its claims. */
export function systemToken(
  privateKey: string,
  audience: string,
  clock: Pick<Clock, 'now'>,
  changes: Json = {},
  header: Json = { alg: 'RS256' },
): string {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iss: 'sandbox', sub: 'sandbox', aud: audience, iat: now - 10, exp: now + 300, ...changes };
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

export function rsaKeys(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/** What an error says, for comparison. */
export function errorOf({ status, json }: Reply) {
  return { status, code: json['code'], message: json['message'], id: asList(json['details'])[0]?.['id'] };
}

/** A text at a path of names in a document; `''` when there is none. */
export function textAt(document: Json, ...path: string[]): string {
  const value = path.reduce<unknown>((inner, name) => asObject(inner)[name], document);
  return typeof value === 'string' ? value : '';
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
