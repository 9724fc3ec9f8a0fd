import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homeThatKnows } from '../support/every-command.ts';
import { jsonError, textError } from '../support/failure.ts';
import { flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { type Fate, type ScriptedServer, startScriptedServer } from '../support/servers/scripted-server.ts';

/** What the server says of each organization, by its id; what is created is there from then on. */
let answers: Map<string, Fate>;
let server: ScriptedServer;

const found = (id: string, name: string | null): Fate => ({ status: 200, json: { id, name } });
const GONE: Fate = { status: 404, json: { title: 'An error occurred', status: 404, detail: 'Not Found', type: '/errors/404' } };
const FORBIDDEN: Fate = { status: 403, json: { title: 'An error occurred', status: 403, detail: 'Access Denied.', type: '/errors/403' } };

beforeEach(async () => {
  answers = new Map();
  server = await startScriptedServer(({ method, path, body }, count) => {
    if (method === 'GET') return answers.get(path.split('/')[3] ?? '') ?? GONE;
    const id = `new-${count}`;
    answers.set(id, found(id, JSON.parse(body).name));
    return { status: 201, json: { id, name: JSON.parse(body).name } };
  });
});

afterEach(() => server.close());

interface Where {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function create(args: readonly string[], { home = newHome(), env = {} }: Where = {}, run = inProcess): Promise<Run> {
  return run(['org', 'create', ...args], { home, env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'x', ...env } });
}

const posts = () => server.log.filter((line) => line.startsWith('POST')).length;
const SKIP = ['Acme Corp', '--if-exists', 'skip'];

describe('a profile that knows no organization', () => {
  test('cannot tell, and creates nothing', async () => {
    const run = await create([...SKIP, '--no-input'], {}, flowkiwi);
    expect(run.status).toBe(2);
    const { message, hint } = textError(run);
    expect(message).toBe(
      `profile default knows no organization at ${server.url}, and cannot tell whether there is one named "Acme Corp" already`,
    );
    expect(hint).toBe(
      'a new machine knows nothing: give it the id in FLOWKIWI_ORG; when there is none yet, once and by hand: ' +
        'flowkiwi org create --if-exists skip --first-run "Acme Corp"',
    );
    expect(server.log).toEqual([]);
    expect(textError(await create(['--if-exists', 'skip', '--', '-Acme-'])).hint).toMatch(/ --first-run -- -Acme-$/);
  });

  test('is told once that this is the first run, and knows it from then on', async () => {
    const home = newHome();
    const first = await create([...SKIP, '--first-run', '--json'], { home }, flowkiwi);
    expect([first.stderr, JSON.parse(first.stdout)]).toMatchObject([
      '',
      { id: 'new-0', name: 'Acme Corp', created: true, requested_name: null },
    ]);
    for (const more of [[], ['--first-run']]) {
      const again = await create([...SKIP, ...more, '--json'], { home });
      expect([again.stderr, JSON.parse(again.stdout)]).toEqual(['', { ...JSON.parse(first.stdout), created: false }]);
    }
    expect((await create(SKIP, { home })).stderr).toMatch(/^Found organization Acme Corp \(new-0\)\nnext: /);
    expect((await create(['Acme', '--if-exists', 'skip', '-q'], { home })).stdout).toBe('new-1\n');
    expect(posts()).toBe(2);
  });

  test.each([[{ CI: 'true' }], [{ CI: '1' }], [{ JENKINS_URL: 'https://ci.example' }]])('is not told so in CI: %j', async (env) => {
    const run = await create([...SKIP, '--first-run', '--json'], { env });
    expect([run.status, jsonError(run)]).toMatchObject([2, { code: 'usage', hint: expect.stringContaining('FLOWKIWI_ORG') }]);
    expect((await create([...SKIP, '--json'], { env })).status).toBe(2);
    expect(server.log).toEqual([]);
  });

  test('--first-run is for --if-exists skip alone', async () => {
    for (const more of [[], ['--if-exists', 'fail']]) expect((await create(['Acme', '--first-run', ...more])).status).toBe(2);
    expect((await create(['Acme', '--first-run', '--if-exists', 'skip'], { env: { CI: 'false' } })).status).toBe(0);
  });

  test('takes the one that is named by its id, when it has the name', async () => {
    answers.set('a', found('a', 'Acme Corp'));
    const env = { FLOWKIWI_ORG: 'a', CI: 'true' };
    expect((await create([...SKIP, '-q'], { env })).stdout).toBe('a\n');
    expect((await create([...SKIP, '-q', '--org', 'a'])).stdout).toBe('a\n');
    const other = await create(['Acme', '--if-exists', 'skip'], { env });
    expect([other.status, textError(other).message]).toEqual([2, expect.stringMatching(/; a, which .* is named "Acme Corp"$/)]);
    expect((await create(SKIP, { env: { FLOWKIWI_ORG: 'nothing' } })).status).toBe(3);
    expect(posts()).toBe(0);
  });
});

describe('what is known', () => {
  const KNOWN = [
    { id: 'a', name: 'Acme Corp' },
    { id: 'b', name: 'acme corp' },
    { id: 'c', name: 'Acme Corp 2' },
  ];

  test.each<[what: string, answer: Fate, reason: string]>([
    ['is gone', GONE, 'is gone'],
    ['is somebody else’s', FORBIDDEN, 'cannot be read by the account that is signed in'],
    ['has another name now', found('a', 'Acme Group'), 'is named Acme Group now'],
  ])('and %s is not taken, which is said when another one is created', async (_what, answer, reason) => {
    answers.set('a', answer);
    const message = `the organization a, which this profile knows as Acme Corp, ${reason}: a new one was created`;
    const json = await create([...SKIP, '--json'], { home: homeThatKnows(server.url, KNOWN) });
    expect([JSON.parse(json.stdout), JSON.parse(json.stderr)]).toMatchObject([{ id: 'new-0', created: true }, { warning: { message } }]);
    const home = homeThatKnows(server.url, KNOWN);
    expect((await create([...SKIP, '-q'], { home })).stderr).toBe(`warning: ${message}\n`);
    expect(await create([...SKIP, '-q'], { home })).toEqual({ status: 0, stdout: 'new-1\n', stderr: '' });
    expect(posts()).toBe(2);
  });

  test.each<[answer: Fate, status: number]>([
    [{ status: 401, json: { status: 401, detail: 'Expired JWT Token' } }, 4],
    [{ status: 400, json: { status: 400, detail: 'No.' } }, 2],
    [{ status: 429, headers: { 'retry-after': '999' } }, 75],
  ])('and cannot be asked for (%j) ends the command', async (answer, status) => {
    answers.set('a', answer);
    expect((await create(SKIP, { home: homeThatKnows(server.url, KNOWN) })).status).toBe(status);
    expect(posts()).toBe(0);
  });

  test('by the name of several is a conflict that names them', async () => {
    answers.set('a', found('a', 'Acme Corp'));
    answers.set('d', found('d', 'Acme Corp'));
    const run = await create(SKIP, { home: homeThatKnows(server.url, [...KNOWN, { id: 'd', name: 'Acme Corp' }]) });
    expect([run.status, textError(run)]).toMatchObject([5, { hint: expect.stringMatching(/: a, d$/) }]);
    expect(posts()).toBe(0);
  });

  test('by the beginning of its name alone is compared by the whole', async () => {
    const long = 'Acme '.repeat(300).trim();
    const home = newHome();
    const skip = (name: string) => create([name, '--if-exists', 'skip', '-q', '--first-run'], { home });
    expect((await skip(long)).stdout).toBe('new-0\n');
    expect((await skip(`${long} Corp`)).stdout).toBe('new-1\n');
    expect(await skip(long)).toMatchObject({ stdout: 'new-0\n', stderr: '' });
    expect((await skip(`${long} Corp`)).stdout).toBe('new-1\n');
    expect(posts()).toBe(2);
  });

  test('without a name on the server keeps the one that is remembered', async () => {
    answers.set('a', found('a', null));
    const run = await create([...SKIP, '--json'], { home: homeThatKnows(server.url, KNOWN) });
    expect(JSON.parse(run.stdout)).toMatchObject({ id: 'a', name: null, created: false, requested_name: null });
  });

  test('and cannot be written down is said as JSON, too', async () => {
    const run = await create(['Acme Corp', '--json'], { env: { FLOWKIWI_CONFIG_DIR: '/dev/null/x' } });
    expect([run.status, JSON.parse(run.stderr)]).toEqual([
      0,
      { warning: { message: expect.stringMatching(/^the organization is not remembered: cannot write \/dev\/null/) } },
    ]);
  });
});
