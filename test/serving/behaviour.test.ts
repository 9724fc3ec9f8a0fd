import { expect, onTestFinished, test } from 'vitest';
import { collect, flowkiwi, newHome, start } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

async function run(...args: string[]): Promise<RunningSandbox> {
  const sandbox = await startSandbox(['--memory', ...args]);
  onTestFinished(async () => void (await sandbox.stop()));
  return sandbox;
}

test('start takes faults, switches, a latency, a rate and a lag', async () => {
  const { url, secret } = await run(
    ...['--fault', 'GET /a=500', '--fault', '/b=404x2', '--latency', '5', '--rate', '100', '--lag', '30'],
    ...['--switch', 'duplicateHandle=409', '--switch', 'maxItemsPerPage=7'],
  );
  const [faults, switches] = await Promise.all(
    ['faults', 'switches'].map(async (name) =>
      (await fetch(`${url}/_sandbox/${name}`, { headers: { authorization: `Bearer ${secret}` } })).json(),
    ),
  );
  expect(faults).toEqual({
    rules: [
      { rule: 'GET /a=500', remaining: null },
      { rule: '/b=404x2', remaining: 2 },
    ],
    latency: 5,
    rate: 100,
  });
  expect(switches).toMatchObject({ duplicateHandle: '409', maxItemsPerPage: 7, lag: 30 });
});

test('a taken handle is a conflict, whichever way the server says so; what fails now is repeated, and succeeds', async () => {
  const sandbox = await run('--switch', 'duplicateHandle=422');
  const env = await sandbox.environment();
  for (const status of ['422', '409']) {
    await sandbox.control('switches', { switches: [`duplicateHandle=${status}`] });
    const org = (await flowkiwi(['org', 'create', 'Acme', '-q', '--no-use'], { env })).stdout.trim();
    const create = () =>
      flowkiwi(['instance', 'create', 'X', '--handle', `taken-${status === '422' ? 'a' : 'b'}`, '--org', org, '--json'], { env });
    expect((await create()).status).toBe(0);
    const { status: exit, stderr } = await create();
    expect([exit, JSON.parse(stderr)]).toEqual([5, { error: expect.objectContaining({ code: 'conflict', status: Number(status) }) }]);
  }
  const org = (await flowkiwi(['org', 'create', 'Acme', '-q', '--no-use'], { env })).stdout.trim();
  await sandbox.control('faults', { rules: ['GET /api/organizations/*=503x1', 'GET /api/organizations/*=truncatex1'] });
  expect((await flowkiwi(['org', 'get', org, '-q'], { env })).stdout.trim()).toBe(org);
});

test.each([
  [['--fault', 'no rule'], '"no rule" is not a fault rule'],
  [['--switch', 'color=green'], '"color=green" is not a switch'],
  [['--latency', 'soon'], '--latency takes a whole number'],
  [['--rate', '1.5'], '--rate takes a whole number'],
])('%j does not start it', async (args, message) => {
  const { status, stdout, stderr } = await flowkiwi(['sandbox', 'start', '--memory', '--port', '0', ...args]);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
});

test.each([
  [[], /^http:\/\/127\.0\.0\.1:\d+\n$/, /until Ctrl-C; the command sandbox open shows/],
  [['-q'], /^http:\/\/127\.0\.0\.1:\d+\n$/, /^error: terminated\n$/],
  [['--json'], /^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}\n$/, /^\{"error":\{"code":"terminated".*\}\n$/],
])('start %j says where it is on standard output, and nothing else', async (args, stdout, stderr) => {
  const child = start(['sandbox', 'start', '--memory', '--port', '0', ...args], { home: newHome() });
  const texts = Promise.all([collect(child.stdout), collect(child.stderr)]);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  const [out, err] = await texts;
  expect([out, err]).toEqual([expect.stringMatching(stdout), expect.stringMatching(stderr)]);
});
