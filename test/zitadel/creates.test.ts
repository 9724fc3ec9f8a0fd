import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { jsonError, textError } from '../support/failure.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';

const person = (name: string) => ['--user-name', name, '--first-name', 'Jane', '--last-name', 'Doe', '--email', `${name}@acme.example`];

describe.each(['4.0', '2.70'])('creates at ZITADEL %s', (version) => {
  let zitadel: Zitadel;
  const faults = (...rules: readonly string[]) => zitadel.sandbox.control('faults', { rules });

  beforeAll(async () => {
    zitadel = await startZitadel();
    await zitadel.switches(`zitadel=${version}`);
  });

  afterAll(() => zitadel.sandbox.stop());

  test('a lost answer proves nothing when the organization was set up with another administrator', async () => {
    const setUp = (administrator: string) => zitadel.run(['org', 'setup', 'Set Up', ...person(administrator), '--json']);
    expect((await setUp('first')).status).toBe(0);
    await faults('POST /admin/v1/orgs/_setup=reset-after');
    const run = await setUp('second');
    await faults();
    expect({ status: run.status, code: jsonError(run)['code'] }).toEqual({ status: 5, code: 'conflict' });
  });

  test('an answer that is lost is made good by the administrator, whose id is printed', async () => {
    await faults('POST /admin/v1/orgs/_setup=reset-after');
    const run = await zitadel.run(['org', 'setup', 'Made Good', ...person('only'), '--json']);
    await faults();
    expect(JSON.parse(run.stdout)).toMatchObject({ name: 'Made Good', user_id: expect.stringMatching(/^\d+$/) });
  });

  test.each([
    ['72 bytes are taken', 'Aa1!'.padEnd(72, 'x'), 0],
    ['73 bytes are too many', 'Aa1!'.padEnd(73, 'x'), 2],
    ['bytes are counted, not letters', 'Aa1!'.padEnd(39, 'ä'), 2],
  ])('a password: %s', async (_, password, status) => {
    const name = `Password ${password.length}`;
    const run = await zitadel.quick(['org', 'setup', name, ...person(`p${password.length}`), '--password-stdin'], { stdin: password });
    expect(run.status).toBe(status);
    if (status !== 0) expect(textError(run).message).toBe('the password has more than 72 bytes');
  });

  test('an id of one’s own is given where the server can, else nothing is created', async () => {
    const run = await zitadel.run(['org', 'create', 'Own Id', '--org-id', 'own-id', '--json']);
    if (version === '4.0') {
      expect(JSON.parse(run.stdout)).toMatchObject({ id: 'own-id' });
    } else {
      expect({ status: run.status, message: jsonError(run)['message'] }).toEqual({
        status: 3,
        message: expect.stringContaining('ZITADEL v4'),
      });
      expect((await zitadel.quick(['org', 'get', 'Own Id'])).status).toBe(3);
    }
  });

  test('--if-exists skip says at once that only the domain is taken', async () => {
    await zitadel.quick(['org', 'create', 'Same Label']);
    const domain = await zitadel.run(['org', 'create', 'Same-Label!', '--if-exists', 'skip']);
    expect({ status: domain.status, message: textError(domain).message }).toEqual({
      status: 5,
      message: '"Same-Label!" is free, but not the domain that is made from it: another organization has it',
    });
  });

  test('after a lost create of an instance the hint names its domain, and no order that a server cannot sort by', async () => {
    await faults('POST /system/v1/instances/_create=502x1');
    const run = await zitadel.run(['instance', 'create', 'Acme EU', ...person('owner'), '--json']);
    await faults();
    expect(run.status).toBe(6);
    expect(jsonError(run)['hint']).toBe('see whether one has a domain that begins with acme-eu-: flowkiwi instance list');
  });
});

// The old server has lost sight of some that it had created.
test('--if-exists skip waits for a name that is taken and not shown', async () => {
  const zitadel = await startZitadel();
  onTestFinished(() => void zitadel.sandbox.stop());
  await zitadel.switches('zitadel=2.70', 'lag=600000');
  await zitadel.quick(['api', 'POST', '/management/v1/orgs', '-F', 'name=Hidden']);
  const run = await zitadel.quick(['org', 'create', 'Hidden', '--if-exists', 'skip', '--timeout', '5s']);
  expect(run.status).toBe(5);
  expect(textError(run).hint).toBe('the server holds this name, and shows no organization that has it: choose another name');
});
