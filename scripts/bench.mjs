// Prints how long commands take as a ratio to the smallest Node program that does the same, both on this Node and in this
// run, turn by turn, so that a machine that slows down slows both down. Bounded: a few hundred short processes.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flowkiwi = join(root, 'bin', 'flowkiwi.js');
const home = mkdtempSync(join(tmpdir(), 'flowkiwi-bench-'));
const RUNS = Number(process.env.RUNS ?? 31);
const environment = { PATH: process.env.PATH, HOME: home };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of one run, from start to end. */
function time(args, env) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env: { ...environment, ...env } });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

/** Runs two commands in turn and prints the median of the ratios, pair by pair. */
function compare(name, goal, [ours, theirs], env = {}) {
  time(ours, env);
  time(theirs, env);
  const pairs = Array.from({ length: RUNS }, () => [time(ours, env), time(theirs, env)]);
  const ratio = median(pairs.map(([a, b]) => a / b));
  const [a, b] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))];
  report(name, `${ratio.toFixed(2)} (${a.toFixed(0)} ms to ${b.toFixed(0)} ms)`, `at most ${goal.toFixed(2)}`, ratio <= goal);
}

function report(name, value, goal, met) {
  console.log(`${name.padEnd(34)} ${value.padEnd(26)} goal: ${goal.padEnd(18)} ${met ? 'met' : 'MISSED'}`);
}

/** Starts a sandbox; resolves to its URL, its first answer in milliseconds, and how to stop it. */
async function startSandbox(args, command = [process.execPath]) {
  const start = performance.now();
  const [program, ...words] = command;
  const child = spawn(program, [...words, flowkiwi, 'sandbox', 'start', '--port', '0', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
  await exchange(url, 'GET', '/_sandbox/health');
  const firstAnswer = performance.now() - start;
  const stop = () => new Promise((resolve) => child.once('close', resolve) && child.kill('SIGTERM'));
  return { url, firstAnswer, stop };
}

/** One exchange; resolves to the parsed body. */
function exchange(url, method, path, { body, token, agent } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) };
    const sent = request(new URL(path, url), { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(`${response.statusCode}: ${text}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** Handles are letters only: a number in base 26. */
function handleOf(number) {
  let handle = '';
  for (let rest = number; rest > 0 || handle === ''; rest = Math.floor(rest / 26)) handle = String.fromCharCode(97 + (rest % 26)) + handle;
  return `bench-${handle}`;
}

try {
  console.log(`Node ${process.version}, ${RUNS} pairs each`);
  compare('flowkiwi --version / node -e 0', 1.15, [
    [flowkiwi, '--version'],
    ['-e', '0'],
  ]);
  compare('flowkiwi --help / node -e 0', 1.4, [
    [flowkiwi, '--help'],
    ['-e', '0'],
  ]);
  compare('completion of a command / node -e 0', 1.3, [
    [flowkiwi, '__complete', 'zsh', '--', 'instance', 'l'],
    ['-e', '0'],
  ]);

  const starts = [];
  for (let run = 0; run < 5; run += 1) {
    const { firstAnswer, stop } = await startSandbox(['--memory']);
    starts.push(firstAnswer);
    await stop();
  }
  const limit = process.version.startsWith('v20.') ? 1000 : 500;
  report('sandbox start to first answer', `${median(starts).toFixed(0)} ms`, `at most ${limit} ms`, median(starts) <= limit);

  const pinned = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', '0', process.execPath] : [process.execPath];
  const sandbox = await startSandbox(['--data', join(home, 'bench.db'), '--open-controls'], pinned);
  const { access_token: token } = await exchange(sandbox.url, 'POST', '/_sandbox/tokens', { body: { email: 'jane@acme.example' } });
  const organization = await exchange(sandbox.url, 'POST', '/api/organizations', { token, body: { name: 'Bench' } });
  const path = `/api/organizations/${organization.id}/instances`;
  const instance = await exchange(sandbox.url, 'POST', path, { token, body: { name: 'Bench', handle: 'bench' } });

  const smallest = join(home, 'smallest.cjs');
  writeFileSync(
    smallest,
    `require('node:http').get(process.env.URL, { headers: { accept: 'application/ld+json', authorization: 'Bearer ' + process.env.FLOWKIWI_TOKEN } }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(text)) + '\\n', () => process.exit(0)));
    });`,
  );
  const environmentToken = {
    FLOWKIWI_URL: sandbox.url,
    FLOWKIWI_TOKEN: token,
    FLOWKIWI_ORG: organization.id,
    URL: `${sandbox.url}${path}/${instance.id}`,
  };
  const goal = process.version.startsWith('v20.') ? 1.7 : 2;
  compare('instance get ID --json / node:http', goal, [[flowkiwi, 'instance', 'get', instance.id, '--json'], [smallest]], environmentToken);

  const { Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const CREATES = 3000;
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let number = next++; number < CREATES; number = next++) {
        await exchange(sandbox.url, 'POST', path, { token, agent, body: { name: `Bench ${number}`, handle: handleOf(number) } });
      }
    }),
  );
  const rate = CREATES / ((performance.now() - start) / 1000);
  report('durable instance creates a second', rate.toFixed(0), 'at least 1000', rate >= 1000);
  agent.destroy();
  await sandbox.stop();
} finally {
  rmSync(home, { recursive: true, force: true });
}
