// Prints how many customers a second `apply` onboards, as a ratio to a bare loop over undici at the same concurrency, to a loop of curl and
// jq, and to itself with the journal in memory; all against one sandbox, turn by turn, so that a machine that slows down slows all down.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const flowkiwi = join(root, 'bin', 'flowkiwi.js');
const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-bench-'));
const CUSTOMERS = Number(process.env.CUSTOMERS ?? 1000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const CURLED = 30;
const LATENCY_MS = '20';
const environment = { PATH: process.env.PATH, HOME: folder };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A bare loop: as many workers as may be at once, each with one customer after the other. */
const BARE = `
  const { Agent, request } = require(${JSON.stringify(join(root, 'node_modules', 'undici'))});
  const [url, token, word, count, atOnce] = process.argv.slice(2);
  const dispatcher = new Agent({ connections: Number(atOnce) });
  const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json', accept: 'application/ld+json' };
  const post = async (path, body) => {
    const answer = await request(url + path, { method: 'POST', headers, body: JSON.stringify(body), dispatcher });
    if (answer.statusCode !== 201) throw new Error(String(answer.statusCode) + await answer.body.text());
    return answer.body.json();
  };
  const letters = (number) => [...String(number)].map((digit) => 'abcdefghij'[digit]).join('');
  let next = 0;
  const work = async () => {
    while (next < Number(count)) {
      const index = next++;
      const { id } = await post('/api/organizations', { name: word + ' ' + index });
      await post('/api/organizations/' + id + '/instances', { name: 'Main', handle: word + '-' + letters(index) });
    }
  };
  Promise.all(Array.from({ length: Number(atOnce) }, work)).then(() => process.exit(0));
`;

/** The documentation's two calls, one customer after the other. */
const CURL = `
  for i in $(seq 1 "$COUNT"); do
    h=$(printf %s "$i" | tr 0-9 a-j)
    id=$(curl -fsS -X POST "$URL/api/organizations" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "{\\"name\\":\\"$WORD $i\\"}" | jq -r .id)
    curl -fsS -X POST "$URL/api/organizations/$id/instances" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "{\\"name\\":\\"Main\\",\\"handle\\":\\"$WORD-$h\\"}" > /dev/null
  done
`;

function letters(number) {
  return [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
}

/** Seconds of the clock and of the processor that a program took. */
function timed(words, env = {}) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" > /dev/null';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { env: { ...environment, ...env }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ').slice(0, 200)} ended with ${status}: ${stderr}`);
  const [real, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds: real, cpu: user + system };
}

let words = 0;
/** Begins names and handles that nobody has had. */
function newWord() {
  words += 1;
  return `bench${letters(words)}`;
}

function bare(server, atOnce) {
  const script = join(folder, 'bare.cjs');
  writeFileSync(script, BARE);
  return timed([process.execPath, script, server.url, server.token, newWord(), String(CUSTOMERS), String(atOnce)]);
}

function apply(server, atOnce, journals = folder) {
  const word = newWord();
  const manifest = join(folder, `${word}.csv`);
  const rows = Array.from({ length: CUSTOMERS }, (_, index) => `${word} ${index},Main,${word}-${letters(index)}\n`);
  writeFileSync(manifest, `organization,instance,handle\n${rows.join('')}`);
  const journal = ['--journal', join(journals, `${word}.journal`)];
  return timed([process.execPath, flowkiwi, 'apply', manifest, '--yes', '--first-run', '-q', '--concurrency', String(atOnce), ...journal], {
    FLOWKIWI_URL: server.url,
    FLOWKIWI_TOKEN: server.token,
  });
}

function curl(server) {
  const env = { URL: server.url, TOKEN: server.token, WORD: newWord(), COUNT: String(CURLED) };
  return timed(['bash', '-c', CURL], env);
}

function report(name, value, goal, isMet) {
  console.log(`${name.padEnd(44)} ${value.padEnd(34)} goal: ${goal.padEnd(18)} ${isMet ? 'met' : 'MISSED'}`);
}

const has = (program) => spawnSync(program, ['--version']).status === 0;

async function startSandbox() {
  const child = spawn(
    process.execPath,
    [flowkiwi, 'sandbox', 'start', '--port', '0', '--memory', '--latency', LATENCY_MS, '--open-controls'],
    {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const url = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
  const answer = await fetch(`${url}/_sandbox/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'jane@acme.example' }),
  });
  const { access_token: token } = await answer.json();
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url, token, stop };
}

const server = await startSandbox();
try {
  console.log(
    `Node ${process.version}, ${CUSTOMERS} customers with an instance each, answers after ${LATENCY_MS} ms, medians of ${ROUNDS} turns`,
  );
  const curled = has('curl') && has('jq') ? CURLED / curl(server).seconds : undefined;
  for (const [atOnce, times] of [
    [8, undefined],
    [16, 25],
    [32, 45],
  ]) {
    const turns = Array.from({ length: ROUNDS }, () => ({ ours: apply(server, atOnce), theirs: bare(server, atOnce) }));
    const rate = (one) => CUSTOMERS / one.seconds;
    const speed = median(turns.map(({ ours, theirs }) => rate(ours) / rate(theirs)));
    const cpu = median(turns.map(({ ours, theirs }) => ours.cpu / theirs.cpu));
    const [mine, bareRate] = [median(turns.map(({ ours }) => rate(ours))), median(turns.map(({ theirs }) => rate(theirs)))];
    report(
      `apply / bare loop, ${atOnce} at once`,
      `${speed.toFixed(2)} (${mine.toFixed(0)} to ${bareRate.toFixed(0)} a second)`,
      'at least 0.85',
      speed >= 0.85,
    );
    report(`CPU for each customer, ${atOnce} at once`, `${cpu.toFixed(2)} times the bare loop's`, 'at most 2.00', cpu <= 2);
    // Where curl starts quickly, the bare loop itself is not that much faster.
    if (curled !== undefined && times !== undefined)
      report(
        `apply / loop of curl, ${atOnce} at once`,
        `${(mine / curled).toFixed(1)} times (the bare loop: ${(bareRate / curled).toFixed(1)})`,
        `at least ${times}`,
        mine / curled >= times,
      );
  }
  if (existsSync('/dev/shm')) {
    const memory = join('/dev/shm', `flowkiwi-bench-${process.pid}`);
    mkdirSync(memory);
    try {
      const turns = Array.from({ length: ROUNDS }, () => apply(server, 16).seconds / apply(server, 16, memory).seconds);
      report('journal on disk / in memory, time', median(turns).toFixed(2), 'at most 1.10', median(turns) <= 1.1);
    } finally {
      rmSync(memory, { recursive: true });
    }
  }
} finally {
  // It writes in the folder until it has ended.
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
