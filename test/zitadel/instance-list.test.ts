import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord, parseJson } from '../../src/record.ts';
import { inProcess } from '../support/in-process.ts';
import { type Seen, serve } from '../support/servers/serve.ts';
import { startZitadel, type Zitadel, zitadelHome } from '../support/servers/zitadel.ts';

const MACHINE = ['--machine', 'Setup', '--machine-user-name', 'setup'];

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.stop());

describe.each(['2.70', '4.0'])('the instances of ZITADEL %s', (version) => {
  test('come in every order, though the server cannot sort by each field', async () => {
    await zitadel.switches(`zitadel=${version}`);
    const home = zitadel.home();
    const letter = version === '4.0' ? 'b' : 'a';
    for (const name of ['zulu', 'Alpha', 'mike']) {
      const created = await zitadel.quick(['instance', 'create', `${name} ${letter}`, ...MACHINE, '--json'], { home });
      expect(created).toMatchObject({ status: 0 });
    }
    const names = async (...sort: readonly string[]) => {
      const run = await zitadel.quick(['instance', 'list', ...sort, '--json'], { home });
      return JSON.parse(run.stdout).flatMap(({ name }: { readonly name: string }) =>
        name.endsWith(` ${letter}`) ? [name.slice(0, -2)] : [],
      );
    };
    expect(await names()).toEqual(['zulu', 'Alpha', 'mike']);
    expect(await names('--sort', 'created_at:desc')).toEqual(['mike', 'Alpha', 'zulu']);
    expect(await names('--sort', 'name')).toEqual(['Alpha', 'mike', 'zulu']);
    expect(await names('--sort', 'id:desc')).toEqual(['mike', 'Alpha', 'zulu']);
  });
});

test('an instance that comes in parts is one, with all of its domains, and 240 domains are no count of instances', async () => {
  const ids = Array.from({ length: 120 }, (_, index) => String(1000 + index));
  const row = (id: string, ...domains: readonly string[]) => ({
    ...{ id, name: `i${id}`, state: 'STATE_RUNNING', details: { creationDate: new Date(Number(id) * 1000).toISOString() } },
    domains: domains.map((domain) => ({ domain, primary: domain.startsWith('primary') })),
  });
  // The last come first, and seven of them once more, with the rest of their domains.
  const rows = [...ids.toReversed().map((id) => row(id, `one.${id}`)), ...ids.slice(0, 7).map((id) => row(id, `primary.${id}`))];
  const { origin } = await serve(({ form }: Seen) => {
    const asked = parseJson(Object.keys(form)[0] ?? '');
    const query = isRecord(asked) && isRecord(asked['query']) ? asked['query'] : {};
    const offset = Number(query['offset'] ?? 0);
    return { body: { details: { totalResult: '240' }, result: rows.slice(offset, offset + Number(query['limit'])) } };
  });
  const listed = async (...args: readonly string[]) => {
    const run = await inProcess(['instance', 'list', '--json', ...args], {
      home: zitadelHome(origin),
      env: { FLOWKIWI_TOKEN: 'a-token-of-somebody' },
    });
    expect(run.stderr).toBe('');
    return JSON.parse(run.stdout);
  };
  const all = await listed();
  expect(all.map(({ id }: { readonly id: string }) => id)).toEqual(ids);
  expect(all[6]).toMatchObject({ domains: ['one.1006', 'primary.1006'], primary_domain: 'primary.1006' });
  expect(all[7]).toMatchObject({ domains: ['one.1007'], primary_domain: null });
  expect(await listed('--limit', '2', '--sort', 'id:desc')).toMatchObject([{ id: '1119' }, { id: '1118' }]);
});
