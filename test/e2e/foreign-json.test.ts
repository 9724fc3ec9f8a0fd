import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi } from '../support/flowkiwi.ts';
import { listen } from '../support/servers/listen.ts';
import { openTerminal } from '../support/terminal.ts';

// What `api` prints is somebody else's JSON: numbers keep their text, and keys their order, those that look like numbers too.
const ROW =
  '{"name":"Acme","id":123456789012345678,"price":1.0,"big":1e400,"tiny":-0.0,"2":"b","1":"a","__proto__":{"10":1,"9":2.50},"list":[1.0,1E5]}';
const OTHER = ROW.replace('123456789012345678', '123456789012345679');
const bodies: Readonly<Record<string, string>> = {
  '/api/row': ROW,
  '/api/rows': `{"member":[${ROW},${OTHER}],"totalItems":2}`,
  '/api/numbers': '[1.0,123456789012345678]',
};

const server = createServer(({ url = '' }, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(bodies[url.split('?')[0] ?? ''] ?? '[]'),
);
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { origin } = await listen(server);
  environment = { FLOWKIWI_URL: origin, FLOWKIWI_TOKEN: 'token' };
});

afterAll(() => void server.close());

const api = (args: readonly string[]) => flowkiwi(['api', ...args], { env: environment });

const YAML = [
  'name: Acme',
  'id: 123456789012345678',
  'price: 1.0',
  'big: 1e400',
  'tiny: -0.0',
  '"2": b',
  '"1": a',
  '__proto__:',
  '  "10": 1',
  '  "9": 2.50',
  'list:',
  '  - 1.0',
  '  - 1E5',
  '',
].join('\n');

describe.concurrent('numbers and keys of an answer', () => {
  test.each<[args: readonly string[], stdout: string]>([
    [['/api/row'], ROW],
    [['/api/row', '-o', 'json'], `${ROW}\n`],
    [['/api/row', '-o', 'yaml'], YAML],
    [['/api/row', '-q'], '123456789012345678\n'],
    [
      ['/api/row', '--fields', '2,id,price,big,1,__proto__,list,none'],
      'b\t123456789012345678\t1.0\t1e400\ta\t{"10":1,"9":2.50}\t[1.0,1E5]\t\n',
    ],
    [['/api/row', '--fields', '2,1,price,none', '--json'], '{"2":"b","1":"a","price":1.0,"none":null}\n'],
    [['/api/row', '-o', 'tsv'], 'Acme\t123456789012345678\t1.0\t1e400\t-0.0\tb\ta\t{"10":1,"9":2.50}\t[1.0,1E5]\n'],
    [['/api/rows', '-q'], '123456789012345678\n123456789012345679\n'],
    [['--paginate', '/api/rows'], `[${ROW},${OTHER}]\n`],
    [['--paginate', '/api/rows', '--fields', 'id,price'], '123456789012345678\t1.0\n123456789012345679\t1.0\n'],
    [['--paginate', '/api/rows', '--fields', '2,1', '-o', 'yaml'], '- "2": b\n  "1": a\n- "2": b\n  "1": a\n'],
    [['--paginate', '/api/numbers'], '[1.0,123456789012345678]\n'],
  ])('api %j', async (args, stdout) => {
    expect(await api(args)).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('--debug shows them as they came', async () => {
    expect((await api(['/api/row', '-q', '--debug'])).stderr).toContain(`\n< ${ROW}\n`);
  });

  test('a terminal shows them as they came, indented', { tags: ['tmux'] }, async () => {
    const terminal = openTerminal(['api', '/api/row'], { env: environment });
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain('"id": 123456789012345678,\n  "price": 1.0,\n  "big": 1e400,\n  "tiny": -0.0,\n  "2": "b",\n  "1": "a",');
  });
});
