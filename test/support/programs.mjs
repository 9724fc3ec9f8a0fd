import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The programs that tests start and that are no part of Node.js, npm, git or coreutils, by the names that they are started by. A test that
 * starts one says so by a tag of that name (see `needs.mts`), and is skipped where it is missing.
 *
 * `package` is the one that has it in Debian and Ubuntu, and `for` what the tests use it for. `variable` names an environment variable whose
 * value is its path, whatever PATH has; `others` are programs that do in its place. What is not a program of its own, as a library of Python's,
 * has a command line as its `check` that succeeds where it is. `answers` is what debconf is told before the package is installed, `with` which
 * packages go with it. `server` is the one of `npm run test:interop` that alone needs it.
 */
export const PROGRAMS = {
  bash: { package: 'bash', for: 'the examples of the README and the help, pipes, completion' },
  chromium: {
    package: 'chromium',
    for: 'every page, and every sign-in, in a browser',
    variable: 'CHROMIUM',
    others: ['chromium-browser', 'google-chrome'],
  },
  curl: { package: 'curl', for: 'sign-in without a browser, and the requests in the documentation of the APIs' },
  'dbus-daemon': { package: 'dbus', for: 'the bus that a keychain is reached through' },
  'dbus-send': { package: 'dbus', for: 'questions to a keychain' },
  faketime: { package: 'faketime', for: 'a clock that is wrong' },
  fish: { package: 'fish', for: 'completion' },
  glewlwyd: {
    package: 'glewlwyd',
    server: 'glewlwyd',
    for: 'a sign-in server that compares redirect URIs with their port',
    // Else its package asks for a configuration, and then fails.
    answers: 'glewlwyd glewlwyd/config_type select No configuration',
    with: ['dbconfig-no-thanks'],
  },
  'gnome-keyring-daemon': { package: 'gnome-keyring', for: 'a keychain' },
  mvn: { package: 'maven', server: 'keycloak', for: 'Keycloak, a sign-in server' },
  mount: { package: 'mount', for: 'a file that cannot be replaced' },
  openssl: { package: 'openssl', for: 'certificates of a private authority' },
  prlimit: { package: 'util-linux', for: 'a disk that is full' },
  python3: { package: 'python3', for: 'a terminal that is closed' },
  'python3-django-oauth-toolkit': {
    package: 'python3-django-oauth-toolkit',
    server: 'django-oauth-toolkit',
    for: 'a sign-in server with strict scopes',
    // The Python of Debian, whatever PATH has; to import it would take long.
    check: ['/usr/bin/python3', '-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("oauth2_provider") is None)'],
  },
  'python3-pip': {
    package: 'python3-pip',
    server: 'zitadel-client',
    for: 'clients of others in Python, which sign in at the sandbox',
    check: ['python3', '-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("pip") is None)'],
  },
  'python3-yaml': { package: 'python3-yaml', for: 'YAML as another reader has it', check: ['python3', '-c', 'import yaml'] },
  script: { package: 'bsdutils', for: 'a terminal' },
  'secret-tool': { package: 'libsecret-tools', for: 'what a keychain has' },
  iconv: { package: 'libc-bin', for: 'text in UTF-16, as another program writes it' },
  sqlite3: { package: 'sqlite3', server: 'glewlwyd', for: 'the database of glewlwyd' },
  strace: { package: 'strace', for: 'which programs are started and which files are made' },
  tmux: { package: 'tmux', for: 'a terminal with a screen and a person who types' },
  zsh: { package: 'zsh', for: 'completion' },
};

/** @typedef {keyof typeof PROGRAMS} Program */

export const PROGRAM_NAMES = Object.keys(PROGRAMS).filter(isProgram);

export const HOW_TO_INSTALL = '`npm run test:setup` installs these on Debian and Ubuntu';

/**
 * Path of a program, from its variable or from PATH; undefined when it is not on this machine.
 *
 * @param {Program} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const { variable, others = [] } = /** @type {{ variable?: string, others?: readonly string[] }} */ (PROGRAMS[name]);
  const given = variable && process.env[variable];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [name, ...others].flatMap((file) => folders.map((folder) => join(folder, file)));
  return (given ? [given] : places).find(canRun);
}

/**
 * Whether a name is in the table.
 *
 * @param {string} name
 * @returns {name is Program}
 */
export function isProgram(name) {
  return Object.hasOwn(PROGRAMS, name);
}

/** The programs that are not on this machine. */
export function missingPrograms() {
  return PROGRAM_NAMES.filter((name) => {
    const { check: [program, ...args] = [] } = /** @type {{ check?: readonly string[] }} */ (PROGRAMS[name]);
    return program === undefined ? findProgram(name) === undefined : spawnSync(program, args, { stdio: 'ignore' }).status !== 0;
  });
}

/** @param {string} path */
function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
