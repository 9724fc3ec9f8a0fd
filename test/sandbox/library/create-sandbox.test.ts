import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createSandbox } from '../../../src/sandbox/library/create-sandbox.ts';
import type { CreateSandboxOptions, Sandbox } from '../../../src/sandbox/library/interface.ts';
import { call } from '../../support/servers/sandbox-in-memory.ts';

const ACME = '0196f3a0-1111-7000-8000-000000000001';

let sandbox: Sandbox;
let token: string;

beforeAll(async () => {
  sandbox = await createSandbox({
    seed: [{ name: 'Acme Corp', id: ACME, instances: [{ name: 'Acme EU', handle: 'acme-eu' }] }, { name: 'Globex' }],
    faults: { rules: ['DELETE /api/*=503x1'] },
  });
  token = await sandbox.tokens('jane@acme.example');
});

beforeEach(() => sandbox.reset());

afterAll(() => sandbox.close());

const create = (name: string) => call(sandbox.address, 'POST', '/api/organizations', { token, body: { name } });

test('it says what it was asked, and what is in it, without tokens', async () => {
  expect(await create('Initech')).toMatchObject({ status: 201 });
  const [request, ...others] = await sandbox.requests({ method: 'POST', wait: 20 });
  expect(others).toEqual([]);
  expect(request).toMatchObject({ method: 'POST', path: '/api/organizations', status: 201, request: { body: '{"name":"Initech"}' } });
  expect(JSON.stringify(request)).not.toContain(token);
  const { counts, flowkiwi } = await sandbox.state();
  expect(counts).toEqual({ organizations: 3, instances: 1 });
  expect(flowkiwi.organizations.map(({ name }) => name).sort()).toEqual(['Acme Corp', 'Globex', 'Initech']);
  const acme = flowkiwi.organizations.find(({ id }) => id === ACME);
  expect(acme).toMatchObject({ owners: [{ email: 'jane@acme.example' }], instances: [{ handle: 'acme-eu', organization_id: ACME }] });
});

test('it fails as it is told, and a reset makes it what it was at the beginning', async () => {
  const atFirst = { rules: [{ rule: 'DELETE /api/*=503x1', remaining: 1 }], latency: 0, rate: 0 };
  expect(await sandbox.faults()).toEqual(atFirst);
  const rules = [{ rule: 'POST /api/organizations=503x1', remaining: 1 }];
  expect(await sandbox.faults({ rules: ['POST /api/organizations=503x1'] })).toMatchObject({ rules });
  expect([(await create('Initech')).status, (await create('Initech')).status]).toEqual([503, 201]);
  expect(await sandbox.requests({ status: 201, wait: 20 })).toHaveLength(1);
  const controls = { token: sandbox.secret };
  await call(sandbox.address, 'POST', '/_sandbox/switches', { ...controls, body: { switches: ['duplicateHandle=409'] } });
  expect(await sandbox.reset()).toEqual({ organizations: 3, instances: 1 });
  expect((await call(sandbox.address, 'GET', '/_sandbox/switches', controls)).json['duplicateHandle']).toBe('422');
  expect(await sandbox.faults()).toEqual(atFirst);
  expect(await sandbox.requests()).toEqual([]);
  expect((await sandbox.state()).counts).toEqual({ organizations: 2, instances: 1 });
  expect((await call(sandbox.address, 'GET', `/api/organizations/${ACME}`, { token })).status).toBe(200);
});

test('its secret is that of its controls', async () => {
  expect((await call(sandbox.address, 'GET', '/_sandbox/state')).status).toBe(401);
  expect(await call(sandbox.address, 'GET', '/_sandbox/state', { token: sandbox.secret })).toMatchObject({ status: 200 });
});

test('it refuses what cannot be, and does nothing when it is closed', async () => {
  await expect(sandbox.tokens('jane')).rejects.toThrow('"jane" is not an e-mail address');
  await expect(sandbox.requests({ status: 'all' })).rejects.toThrow('status: a status such as 201');
  await expect(sandbox.faults({ rules: ['nonsense'] })).rejects.toThrow('not a fault rule');
  const other = await createSandbox();
  const waiting = other.requests({ wait: 60 });
  await other.close();
  await other.close();
  expect(await waiting).toEqual([]);
  await expect(other.state()).rejects.toThrow(`the sandbox ${other.address} is closed`);
});

const fixture = (name: string): string => join(import.meta.dirname, '..', '..', 'apply', 'fixtures', name);

test.each<readonly [what: string, seed: CreateSandboxOptions['seed'], names: readonly string[], handles: readonly string[]]>([
  [
    'as data',
    {
      version: 1,
      organizations: [
        { key: 'a', name: 'Acme', instances: [{ handle: 'acme-eu' }] },
        { key: 'b', name: 'Acme', instances: [{ name: 'US', handle: 'acme-us' }] },
        { key: 'c', name: 'Acme' },
      ],
    },
    ['Acme', 'Acme', 'Acme'],
    ['Acme (acme-eu)', 'US (acme-us)'],
  ],
  [
    'as a file',
    pathToFileURL(fixture('sqlite3.csv')),
    ['"Zum Löwen" Gastro', 'Bäckerei, Groß und Klein', 'Café Élysée', 'Müller & Söhne GmbH', 'mc2 Physik UG'],
    ['"Zum Löwen" Gastro (zum-loewen)', 'Bäckerei, Groß und Klein (baeckerei-gross)', 'Café Élysée (cafe-elysee)'],
  ],
])('it begins with the customers of a manifest, %s', async (_, seed, names, handles) => {
  const seeded = await createSandbox({ seed });
  onTestFinished(seeded.close);
  await seeded.reset();
  const { organizations } = (await seeded.state()).flowkiwi;
  expect(organizations.map(({ name }) => name).sort()).toEqual(names);
  const instances = organizations.flatMap((one) => one.instances.map(({ name, handle }) => `${name} (${handle})`));
  expect(instances.sort()).toEqual(expect.arrayContaining([...handles]));
  // Those of one name are several organizations.
  expect(organizations.every((one) => one.instances.length <= 1)).toBe(true);
});

const EU = { name: 'Acme EU', handle: 'acme-eu' };

test.each<readonly [CreateSandboxOptions, string]>([
  [{ seed: [{ name: '' }] }, 'seed[0].name: This value should not be blank. ("")'],
  [
    { seed: [{ name: 'Acme', instances: [{ name: 'EU', handle: 'Acme EU' }] }] },
    'seed[0].instances[0].handle: This value is not valid. ("Acme EU")',
  ],
  [
    {
      seed: [
        { name: 'A', instances: [EU] },
        { name: 'B', instances: [EU] },
      ],
    },
    '"acme-eu" stands in seed[0].instances[0].handle already',
  ],
  [{ seed: [{ name: 'Acme' }, { name: 'Acme', id: ACME }] }, 'seed[0].name: "Acme" stands twice; give each of them a key or an id'],
  [{ seed: fixture('formulas.csv') }, 'formulas.csv:3:1: organization "#REF!" is a formula'],
  [{ seed: [{ name: 'Acme', id: '1' }] }, 'seed[0].id: a UUID is needed, not "1"'],
  [{ switches: ['nonsense'] }, '"nonsense" is not a switch'],
])('%j is refused', async (options, message) => {
  await expect(createSandbox(options)).rejects.toThrow(message);
});
