import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { startInMemory } from '../support/servers/sandbox-in-memory.ts';
import { GRPCURL } from './runtimes.mjs';

const run = promisify(execFile);

let sandbox: Sandbox;
let host: string;

beforeAll(async () => {
  sandbox = await startInMemory();
  host = `localhost:${new URL(sandbox.url).port}`;
});
afterAll(() => sandbox.close());

/** Runs grpcurl as a person does, who waits for it; what it prints on either stream. */
async function grpcurl(...args: readonly string[]): Promise<string> {
  const token = await sandbox.issueAccessToken('jane@acme.example');
  const words = ['-plaintext', '-max-time', '60', '-H', `authorization: Bearer ${token}`, ...args];
  return run(GRPCURL.path, words).then(
    ({ stdout }) => stdout,
    (error: { readonly stderr: string }) => error.stderr,
  );
}

test('it lists services and methods by reflection', { tags: ['grpcurl'] }, async () => {
  expect((await grpcurl(host, 'list')).split('\n')).toEqual(
    expect.arrayContaining([
      'grpc.reflection.v1.ServerReflection',
      'zitadel.management.v1.ManagementService',
      'zitadel.org.v2.OrganizationService',
    ]),
  );
  expect(await grpcurl(host, 'list', 'zitadel.org.v2.OrganizationService')).toContain(
    'zitadel.org.v2.OrganizationService.ListOrganizations',
  );
  expect(await grpcurl(host, 'describe', 'zitadel.org.v2.ListOrganizationsRequest')).toContain('message ListOrganizationsRequest');
});

test('it calls a method that it knows by reflection alone', { tags: ['grpcurl'] }, async () => {
  const answer: unknown = JSON.parse(await grpcurl('-d', '{}', host, 'zitadel.org.v2.OrganizationService/ListOrganizations'));
  expect(answer).toMatchObject({ details: expect.anything() });
});

test('a service that is not there is refused at once', { tags: ['grpcurl'] }, async () => {
  expect(await grpcurl(host, 'list', 'nobody.v1.Service')).toMatch(/not (?:found|expose)|Symbol not found/i);
});
