// Brings what the interop tests are made of: packages of npm, into this folder, and by Maven, pip and Go, into the user's cache, Keycloak and the
// clients of others. Each is tried three times. What cannot be had is named; with TEST_REQUIRE_ALL, as in CI, that is a failure.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../support/programs.mjs';
import {
  CLIENT_NAMES,
  chosenServers,
  findJava,
  GO_BIN,
  GRPCURL,
  isChosenClient,
  KEYCLOAK,
  MISSING,
  MISSING_CLIENTS,
  NIMBUS,
  NPM_FOLDER,
  PYTHON_CLIENTS,
  SCHEMATHESIS,
} from './runtimes.mjs';

const TRIES = 3;
const PAUSE_MS = 5_000;

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
async function runPatiently(program, args, cwd, env = process.env) {
  for (let count = 1; count <= TRIES; count += 1) {
    if (count > 1) await sleep(PAUSE_MS);
    if (spawnSync(program, args, { cwd, env, stdio: ['ignore', 2, 2] }).status === 0) return true;
  }
  return false;
}

/** @param {string} path */
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

async function fetchPackages() {
  const installed = join(NPM_FOLDER, 'node_modules', '.package-lock.json');
  if (modified(installed) >= modified(join(NPM_FOLDER, 'package-lock.json'))) return;
  await runPatiently('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], NPM_FOLDER);
}

async function fetchKeycloak() {
  const { artifact, archive, cache, home } = KEYCLOAK;
  if (existsSync(home) || findJava() === undefined || findProgram('mvn') === undefined) return;
  mkdirSync(cache, { recursive: true });
  const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`];
  if (!existsSync(archive) && !(await runPatiently('mvn', copy, cache))) return;
  const unpacked = join(cache, `unpacking-${process.pid}`);
  // A JDK unpacks what Debian may have no program for.
  mkdirSync(unpacked);
  const jar = join(findJava() ?? '', 'bin', 'jar');
  if (spawnSync(jar, ['--extract', '--file', archive], { cwd: unpacked, stdio: ['ignore', 2, 2] }).status === 0) {
    const [folder = ''] = readdirSync(unpacked);
    for (const script of readdirSync(join(unpacked, folder, 'bin'))) {
      if (script.endsWith('.sh')) chmodSync(join(unpacked, folder, 'bin', script), 0o755);
    }
    renameSync(join(unpacked, folder), home);
  }
  rmSync(unpacked, { recursive: true });
  rmSync(archive);
}

async function buildGrpcurl() {
  if (existsSync(GRPCURL.path) || !isChosenClient('grpcurl')) return;
  if (spawnSync('go', ['version']).status !== 0) return;
  await runPatiently('go', ['install', GRPCURL.package], NPM_FOLDER, { ...process.env, GOBIN: GO_BIN, GOFLAGS: '' });
}

/**
 * pip leaves what it has begun, so another folder becomes the one that is looked for.
 *
 * @param {typeof PYTHON_CLIENTS} clients
 */
async function fetchPython({ names, packages, folder }) {
  if (existsSync(folder) || !names.some(isChosenClient)) return;
  const unfinished = `${folder}-${process.pid}`;
  const install = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-warn-conflicts',
    '--target',
    unfinished,
    ...packages,
  ];
  if (spawnSync('python3', ['-m', 'pip', '--version']).status === 0 && (await runPatiently('python3', install, NPM_FOLDER))) {
    renameSync(unfinished, folder);
  }
  rmSync(unfinished, { recursive: true, force: true });
}

async function fetchNimbus() {
  const { project, folder } = NIMBUS;
  if (existsSync(folder) || NIMBUS.java() === undefined || findProgram('mvn') === undefined || !isChosenClient('nimbus')) return;
  const unfinished = `${folder}-${process.pid}`;
  const copy = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`];
  if (await runPatiently('mvn', copy, project)) renameSync(unfinished, folder);
  rmSync(unfinished, { recursive: true, force: true });
}

await Promise.all([
  fetchPackages(),
  fetchKeycloak(),
  buildGrpcurl(),
  fetchPython(PYTHON_CLIENTS),
  fetchPython(SCHEMATHESIS),
  fetchNimbus(),
]);
for (const name of chosenServers()) {
  const problem = MISSING[name]();
  if (problem === undefined) continue;
  process.stderr.write(`${name} is skipped: ${problem}\n`);
  if (process.env['TEST_REQUIRE_ALL']) process.exitCode = 1;
}
for (const name of CLIENT_NAMES.filter(isChosenClient)) {
  const problem = MISSING_CLIENTS[name]();
  if (problem === undefined) continue;
  process.stderr.write(`${name} is skipped: ${problem}\n`);
  // Go is not everywhere, where the others have to be.
  if (process.env['TEST_REQUIRE_ALL'] && name !== 'grpcurl') process.exitCode = 1;
}
