// What a dry run costs: time and memory by the number of rows, in fresh processes. Fails when it takes more than it may.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const flowkiwi = fileURLToPath(new URL('../../bin/flowkiwi.js', import.meta.url));

/** Rows, with what they may take: megabytes and seconds. */
const LIMITS = [
  { rows: 1_000 },
  { rows: 10_000 },
  { rows: 50_000, megabytes: 120, seconds: 5 },
  { rows: 100_000 },
  { rows: 1_000_000, megabytes: 250 },
];
/**
 * By how much the next rows may each take longer than those before them. What a process costs by itself is no part of either; the first
 * rows take the longest, since the code that reads them is not compiled yet, and that is no fault.
 */
const LINEAR_WITHIN = 1.15;
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

/** Lets a process say how much memory it had at most, in KiB, and how long it computed, in microseconds: which does not depend on what else runs. */
const MEASURED = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(2, 'MEASURED ' + maxRSS + ' ' + (userCPUTime + systemCPUTime) + '\\n');
});`;

function writeManifest(path, rows) {
  const file = openSync(path, 'w');
  writeSync(file, 'organization,instance,handle,city,phone\n');
  for (let at = 0; at < rows; at += 1) {
    writeSync(file, `"Customer ${at}, Söhne GmbH",Shop ${at},shop-${lettersOf(at)},Köln,+49 221 ${at}\n`);
  }
  closeSync(file);
}

function lettersOf(number) {
  const rest = Math.floor(number / 26);
  return (rest === 0 ? '' : lettersOf(rest)) + String.fromCharCode(97 + (number % 26));
}

function measure(folder, path) {
  const env = { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const started = process.hrtime.bigint();
  const run = spawnSync(process.execPath, ['--require', join(folder, 'measured.cjs'), flowkiwi, 'apply', path, '--dry-run'], {
    env,
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (run.status !== 0) throw new Error(run.stderr);
  const [, kib, microseconds] = /MEASURED (\d+) (\d+)/.exec(run.stderr) ?? [];
  return { seconds, megabytes: (Number(kib) * 1024) / 1e6, computed: Number(microseconds) / 1e6 };
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-bench-'));
let failures = 0;
try {
  writeFileSync(join(folder, 'measured.cjs'), MEASURED);
  const times = new Map();
  for (const { rows, megabytes: mostMegabytes = Infinity, seconds: mostSeconds = Infinity } of LIMITS) {
    const path = join(folder, `${rows}.csv`);
    writeManifest(path, rows);
    const rounds = Array.from({ length: rows > 100_000 ? 1 : ROUNDS }, () => measure(folder, path));
    const seconds = median(rounds.map((round) => round.seconds));
    const megabytes = median(rounds.map((round) => round.megabytes));
    const computed = median(rounds.map((round) => round.computed));
    times.set(rows, computed);
    const isGood = megabytes <= mostMegabytes && seconds <= mostSeconds;
    if (!isGood) failures += 1;
    console.log(
      `${String(rows).padStart(9)} rows ${seconds.toFixed(2).padStart(7)} s, computed ${computed.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(5)} MB${isGood ? '' : '   TOO MUCH'}`,
    );
  }
  const sizes = [...times.keys()];
  const slopes = sizes.slice(1).map((rows, at) => (times.get(rows) - times.get(sizes[at])) / (rows - sizes[at]));
  for (const [at, slope] of slopes.entries()) {
    const ratio = at === 0 ? 1 : slope / slopes[at - 1];
    if (ratio > LINEAR_WITHIN) failures += 1;
    console.log(
      `from ${sizes[at]} to ${sizes[at + 1]} rows, each of them is computed in ${(slope * 1e6).toFixed(1)} µs${ratio > LINEAR_WITHIN ? '   TOO MUCH' : ''}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failures > 0 ? 1 : 0;
