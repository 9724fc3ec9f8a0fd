// Installs the programs that tests start and that this machine lacks: on Debian and Ubuntu, as root or with a sudo that asks for no
// password. Elsewhere it prints which they are.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingPrograms, PROGRAMS } from '../test/support/programs.mjs';

const TRIES = 3;
const PAUSE_MS = 5_000;

const isRoot = process.getuid?.() === 0;
const succeeds = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Runs apt-get and shows what it says. */
function aptGet(...args) {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
  const [program, ...words] = isRoot ? command : ['sudo', '-n', ...command];
  return spawnSync(program, words, { stdio: ['ignore', 2, 2] }).status === 0;
}

/** Answers a question of a package before it is asked. */
function answer(line) {
  const [program, ...words] = [...(isRoot ? [] : ['sudo', '-n']), 'debconf-set-selections'];
  spawnSync(program, words, { input: `${line}\n`, stdio: ['pipe', 2, 2] });
}

/** Installs those of the packages that this system has. Says nothing of those that it cannot install. */
async function install(packages) {
  for (let count = 1; count <= TRIES; count += 1) {
    if (count > 1) await sleep(PAUSE_MS);
    if (!aptGet('update')) continue;
    const known = packages.filter((name) => succeeds('apt-cache', 'show', name));
    if (aptGet('install', '-y', '--no-install-recommends', ...known)) return;
  }
}

function list(names) {
  for (const name of names) console.log(`  ${name} (package ${PROGRAMS[name].package}): ${PROGRAMS[name].for}`);
}

const missing = missingPrograms();
if (missing.length === 0) {
  console.log('every program that the tests start is installed');
} else if (!succeeds('apt-get', '--version') || !(isRoot || succeeds('sudo', '-n', 'true'))) {
  console.log('tests that start one of these programs are skipped until you install it:');
  list(missing);
} else {
  for (const name of missing) if (PROGRAMS[name].answers) answer(PROGRAMS[name].answers);
  await install([...new Set(missing.flatMap((name) => [PROGRAMS[name].package, ...(PROGRAMS[name].with ?? [])]))]);
  const left = missingPrograms();
  if (left.length > 0) {
    console.log('these programs could not be installed:');
    list(left);
    process.exitCode = 1;
  }
}
