import { expect, test } from 'vitest';
import { jsonError } from '../support/failure.ts';
import { flowkiwi } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { startSteadyServer } from '../support/servers/steady-server.ts';

async function steadyServer(onTestFinished: (close: () => void) => void) {
  const server = await startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU', 'acme-us': 'Acme US' } });
  onTestFinished(() => server.close());
  return { server, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'secret-token' } };
}

test('prints what jq makes of the result, in a thread that sees nothing else', async ({ onTestFinished }) => {
  const { env } = await steadyServer(onTestFinished);
  const expression = '.[] | .handle, (.name | length), ([$ENV, env] | tostring | test("secret-token"))';
  const run = await flowkiwi(['instance', 'list', '--org', 'x', '--jq', expression], { env });
  expect(run).toMatchObject({ status: 0, stdout: 'acme-eu\n7\nfalse\nacme-us\n7\nfalse\n' });
});

test('sends nothing when the expression cannot be compiled', async ({ onTestFinished }) => {
  const { server, env } = await steadyServer(onTestFinished);
  const create = ['org', 'create', 'Acme Corp', '--jq', '.id |'];
  const words = await inProcess(create, { env });
  expect(words).toMatchObject({ status: 2, stdout: '' });
  expect(words.stderr).toMatch(/^error: --jq: syntax error, unexpected end of file \(line 1, column 5\)\nhint: /);
  const json = await inProcess([...create, '--json'], { env });
  expect(jsonError(json)).toMatchObject({ code: 'usage' });
  expect(server.asked).toEqual([]);
});

test('fails after the command when the expression does, with all that the command says', async ({ onTestFinished }) => {
  const { env } = await steadyServer(onTestFinished);
  const { status, stdout, stderr } = await inProcess(['org', 'create', 'Acme Corp', '--jq', '.name, .id.x'], { env });
  expect([status, stdout]).toEqual([2, 'Acme Corp\n']);
  expect(stderr).toMatch(
    /^Created organization Acme Corp \(\S+\).*\n(next: .*\n)?error: --jq: Cannot index string with string \("x"\)\nhint: /,
  );
});

test.each<[args: string[], stdout: string]>([
  [['profile', 'show', 'sandbox', '--fields', 'name,provider', '--jq', '.'], '{"name":"sandbox","provider":"flowkiwi"}\n'],
  [['help', '--jq', '.commands[0].name'], 'onboard\n'],
  [['--jq', '.name', 'org', 'create', '--help'], 'create\n'],
  [['org', 'create', '--help', '--jq=.name=="create"'], 'true\n'],
  [['api', '/api/organizations/x', '--dry-run', '--jq', '.method'], 'GET\n'],
])('%j', async (args, stdout) => {
  expect(await inProcess(args)).toMatchObject({ status: 0, stdout });
});

test.each<[args: string[], message: string]>([
  [['-o', 'csv'], '--jq is for JSON, and cannot be combined with -o csv'],
  [['-o', 'table'], '--jq is for JSON, and cannot be combined with -o table'],
  [['-q'], '--jq is for JSON, and cannot be combined with --quiet'],
])('beside %j it is an error', async (args, message) => {
  const { status, stdout, stderr } = await inProcess(['profile', 'list', '--jq', '.', ...args]);
  expect([status, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${message}`]);
});

test('an expression without an end is ended in its thread', async () => {
  const args = ['profile', 'list', '--jq', 'last(range(infinite))', '--timeout', '1s'];
  expect(await flowkiwi(args)).toMatchObject({
    status: 6,
    stdout: '',
    stderr: expect.stringContaining('--jq: the expression took longer'),
  });
});
