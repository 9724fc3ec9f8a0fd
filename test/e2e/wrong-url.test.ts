import { afterAll, beforeAll, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, secret } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { serve } from '../support/servers/serve.ts';

let sandbox: RunningSandbox;
let signedIn: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  signedIn = await sandbox.environment();
});
afterAll(() => sandbox?.stop());

/** What a script asks before it creates: an answer "not found" would lead it on. */
const GET = ['org', 'get', '0196f3a0-1111-7000-8000-000000000001'];
const PAGE = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><head><title>404 Not Found</title></head></html>' };

test.each([
  ['a page', PAGE, GET, 'a web page'],
  ['a page, for any path', PAGE, ['api', '/api/nothing'], 'a web page'],
  ['a router', { status: 404, body: { message: 'no Route matched' } }, [...GET, '--json'], undefined],
  ['a page, at ZITADEL', PAGE, ['org', 'get', '1234'], 'a web page'],
] as const)('a URL that answers 404 with %s is wrong, and named', async (what, reply, args, answer) => {
  const { origin } = await serve(() => reply);
  const provider = what.includes('ZITADEL') ? 'zitadel' : 'flowkiwi';
  const env = { FLOWKIWI_URL: `${origin}/portal/`, FLOWKIWI_TOKEN: secret('token-for-a-portal'), FLOWKIWI_PROVIDER: provider };
  const run = await flowkiwi(args, { env });
  expect([run.status, run.stdout]).toEqual([2, '']);
  if (answer === undefined)
    return expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: 'usage', status: 404, detail: 'no Route matched' } });
  const { message, hint } = textError(run);
  expect(message).toContain(`: ${origin}/portal is not the address of the API: it answers 404 with ${answer}`);
  expect(hint).toContain('FLOWKIWI_URL');
});

test('no token is stored for such a URL', async () => {
  const { origin } = await serve(() => PAGE);
  const run = await flowkiwi(['login', '--with-token'], { env: { FLOWKIWI_URL: origin }, stdin: secret('token-for-a-portal') });
  expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining(`${origin} is not the address of the API`) });
});

test('where there is an API, a path that it does not have is not found', async () => {
  expect(await flowkiwi(['api', '/api/nothing'], { env: signedIn })).toMatchObject({ status: 3, stdout: '' });
});

test('/api at the end of the URL is taken off, and said', async () => {
  const env = { ...signedIn, FLOWKIWI_URL: `${sandbox.url}/api/` };
  const notice = 'FLOWKIWI_URL: /api at the end of the URL was taken off, because every path begins with it\n';
  expect(await flowkiwi(['org', 'list'], { env })).toEqual({ status: 0, stdout: '', stderr: expect.stringContaining(notice) });
  expect(await flowkiwi(['profile', 'add', 'acme', '--url', `${sandbox.url}/api`, '--json'])).toMatchObject({
    stdout: expect.stringContaining(`"url":"${sandbox.url}"`),
    stderr: '',
  });
});

test('a path that Git Bash has changed is the one that was typed', async () => {
  const run = await flowkiwi(['api', 'C:/Program Files/Git/api/nothing'], { env: signedIn });
  expect(run).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/^PATH: \/api\/nothing is asked for[\s\S]*cannot GET \/api\/nothing/),
  });
});
