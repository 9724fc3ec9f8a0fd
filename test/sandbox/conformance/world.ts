import { afterAll, beforeAll } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { call, startInMemory } from '../../support/servers/sandbox-in-memory.ts';

// The conformance tests have one line for each statement of the contract, which begins with the number of its section. Lists
// (3.4, 4) are in instance-listing.test.ts, the answers that the documentation leaves open (6.6, 10.7) in switches.test.ts.

export let sandbox: Sandbox;
/** One organization with an owner, a plain member and an instance; a second one; an outsider. */
export let world: {
  readonly owner: string;
  readonly member: string;
  readonly outsider: string;
  readonly organization: string;
  readonly other: string;
  readonly instance: string;
};

export const UNKNOWN = '0196f3a0-9999-7000-8000-000000000001';
export const TAKEN = 'acme-eu';
export const CODES = {
  blank: 'c1051bb4-d103-4f74-8988-acbcafc7fdc3',
  pattern: 'de1e3db3-5ed4-4941-aae4-59f3667cc3a3',
  long: 'd94b19cc-114f-4f44-9cc4-4138e80a87b9',
  unique: '23bd9dbf-6b9b-41cd-a99e-4844bcf3077f',
};

/** Makes the world for the tests of a file. */
export function useWorld(): void {
  beforeAll(async () => {
    sandbox = await startInMemory();
    const [owner, member, outsider] = await Promise.all(
      ['jane@acme.example', 'member@acme.example', 'outsider@other.example'].map((email) => sandbox.issueAccessToken(email)),
    );
    const created = await send('POST', '/api/organizations', { token: owner, body: { name: 'Acme Corp' } });
    const other = await send('POST', '/api/organizations', { token: outsider, body: { name: 'Other' } });
    const organization = String(created.json['id']);
    await send('POST', `/_sandbox/organizations/${organization}/members`, { body: { email: 'member@acme.example', role: 'member' } });
    const instance = await send('POST', `/api/organizations/${organization}/instances`, {
      token: owner,
      body: { name: 'Acme EU', handle: TAKEN },
    });
    world = {
      owner: owner ?? '',
      member: member ?? '',
      outsider: outsider ?? '',
      organization,
      other: String(other.json['id']),
      instance: String(instance.json['id']),
    };
  });

  afterAll(() => sandbox.close());
}

/** Sends one request to the sandbox. */
export const send = (...[method, path, options]: [string, string, Parameters<typeof call>[3]?]) => call(sandbox.url, method, path, options);

/** Who asks. */
export type Who = 'owner' | 'member' | 'outsider' | 'nobody' | 'bad token';

export function tokenOf(who: Who): string | undefined {
  if (who === 'nobody') return undefined;
  return who === 'bad token' ? 'nobody-has-this' : world[who];
}

/** `{org}`, `{other}`, `{instance}` and `{unknown}` stand for ids. */
export function fill(path: string): string {
  const ids = { org: world.organization, other: world.other, instance: world.instance, unknown: UNKNOWN };
  return path.replace(/\{(org|other|instance|unknown)\}/g, (_, name: keyof typeof ids) => ids[name]);
}

export const ORG = '/api/organizations/{org}';
export const INSTANCES = `${ORG}/instances`;
export const INSTANCE = `${INSTANCES}/{instance}`;
export const json = { 'content-type': 'application/json' };
export const patch = { 'content-type': 'application/merge-patch+json' };
export const name = { name: 'X' };
