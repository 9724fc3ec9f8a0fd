import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { newHome, type Run } from '../support/flowkiwi.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';

let zitadel: Zitadel;
let id: string;

const faults = (...rules: readonly string[]) => zitadel.sandbox.control('faults', { rules });

/** The error on stderr; `auth status` prints what it knows on stdout all the same. */
function errorOf({ stderr }: Run): Readonly<Record<string, unknown>> {
  return JSON.parse(stderr).error;
}

beforeAll(async () => {
  zitadel = await startZitadel();
  id = (await zitadel.quick(['org', 'create', 'Acme Corp', '-q'])).stdout.trim();
});

afterEach(() => faults());

afterAll(() => zitadel.sandbox.stop());

describe('a ZITADEL without its database', () => {
  test.each([
    ['org list'],
    ['org create Other'],
    ['org get'],
    ['org get ID'],
    ['org rename ID New'],
    ['org use ID'],
    ['tree'],
    ['instance get 42'],
    ['instance list'],
    ['auth status --check'],
    ['login --with-token'],
    ['login --browser --no-browser'],
  ])('%s may be run again', async (line) => {
    await faults('database-down');
    const args = line.replace('ID', id).split(' ');
    const isLogin = args[0] === 'login';
    const run = await zitadel.quick([...args, '--json'], { stdin: 'a-token-of-somebody', ...(isLogin && { env: { FLOWKIWI_TOKEN: '' } }) });
    expect({ status: run.status, error: errorOf(run) }).toMatchObject({
      status: 75,
      error: { code: 'unavailable', message: expect.stringContaining('cannot reach its database') },
    });
  });

  test('says so, with the words of the server beneath', async () => {
    await faults('database-down');
    const run = await zitadel.run(['org', 'get', id]);
    expect(run.status).toBe(75);
    expect(textError(run)).toEqual({
      message: `cannot read organization ${id}: ZITADEL cannot reach its database`,
      hint: 'run it again when its operator has cured that',
    });
    expect(run.stderr).toContain('\n  unable to set instance using origin ');
  });

  test('a deletion forgets nothing, and ends well when it is repeated', async () => {
    const home = zitadel.home();
    const gone = (await zitadel.quick(['org', 'create', 'Gone Corp', '-q'], { home })).stdout.trim();
    const files = () => ['config.json', 'organizations.jsonl'].map((name) => readFileSync(join(home, '.config', 'flowkiwi', name), 'utf8'));
    const before = files();
    await faults('database-down');
    expect((await zitadel.run(['org', 'delete', gone, '-y'], { home })).status).toBe(75);
    expect(files()).toEqual(before);
    await faults();
    expect((await zitadel.run(['org', 'delete', gone, '-y'], { home })).status).toBe(0);
  });

  test('it comes back by itself', async () => {
    await faults('database-down@1ms');
    await expect.poll(async () => (await zitadel.quick(['org', 'get', id, '-q'])).stdout).toBe(`${id}\n`);
  });
});

test('an instance is not there, a host has none, a path is none of the API', async () => {
  const absent = await zitadel.quick(['instance', 'get', '42', '--json']);
  expect({ status: absent.status, code: errorOf(absent)['code'] }).toEqual({ status: 3, code: 'not_found' });
  const url = (path: string, host = new URL(zitadel.sandbox.url).host) => ({
    FLOWKIWI_URL: `http://${host}${path}`,
    FLOWKIWI_PROVIDER: 'zitadel',
  });
  for (const env of [url('/management/v1'), url('', `nobody.localhost:${new URL(zitadel.sandbox.url).port}`)]) {
    const run = await zitadel.quick(['org', 'get', id, '--json'], { env, home: newHome() });
    expect({ status: run.status, code: errorOf(run)['code'] }).toEqual({ status: 2, code: 'usage' });
  }
});

test('where no organization is current, the one that is shown is named as that of the account that is signed in', async () => {
  const run = await zitadel.quick(['org', 'get', '--fields', 'id']);
  expect(run).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^No organization is current: .+ \(\d+\) is the one of the account that is signed in\n/),
  });
});

test('an instance that is blocked is forbidden', async () => {
  await zitadel.switches('zitadelInstance=blocked');
  const runs = await Promise.all(
    ['org get', 'org list', 'auth status --check'].map((line) => zitadel.quick([...line.split(' '), '--json'])),
  );
  await zitadel.switches();
  for (const run of runs) expect({ status: run.status, code: errorOf(run)['code'] }).toEqual({ status: 7, code: 'forbidden' });
});
