import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { missingPrograms, PROGRAMS } from '../support/programs.mjs';

// The sign-in servers and the clients that nobody here wrote, and what each needs to be there before it can be started.

/** Where what is fetched is kept from one run to the next, outside the checkout. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'flowkiwi-interop');

// KEYCLOAK_VERSION=24.0.5 npm run test:interop (or another one that Maven Central has) looks at an older one by hand: CI has the newest alone.
const KEYCLOAK_VERSION = process.env['KEYCLOAK_VERSION'] || '26.7.3';

const KEYCLOAK_MAJOR = Number.parseInt(KEYCLOAK_VERSION, 10);
/** The versions of Java that it runs on. */
const [JAVA_FROM, JAVA_TO] = KEYCLOAK_MAJOR < 25 ? [17, 22] : [21, Number.POSITIVE_INFINITY];

export const KEYCLOAK = {
  /** Options and variables had other names before 25 and 26. */
  major: KEYCLOAK_MAJOR,
  artifact: `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:zip`,
  archive: join(CACHE, `keycloak-quarkus-dist-${KEYCLOAK_VERSION}.zip`),
  cache: CACHE,
  home: join(CACHE, `keycloak-${KEYCLOAK_VERSION}`),
};

/** Folder of the packages of the npm registry. */
export const NPM_FOLDER = import.meta.dirname;

/** The Python of Debian, which has Debian's packages, whatever PATH has. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

/** @typedef {'keycloak' | 'better-auth' | 'openauth' | 'django-oauth-toolkit' | 'glewlwyd'} ServerName */

/**
 * What keeps a server from being started here, in words; undefined when nothing does.
 *
 * @type {Readonly<Record<ServerName, () => string | undefined>>}
 */
export const MISSING = {
  keycloak: () =>
    findJava() === undefined
      ? `there is no Java ${JAVA_FROM} ${JAVA_TO === Number.POSITIVE_INFINITY ? 'or later' : `to ${JAVA_TO}`} (JAVA_HOME, PATH, /usr/lib/jvm)`
      : existsSync(join(KEYCLOAK.home, 'bin', 'kc.sh'))
        ? undefined
        : `Maven (package maven) has not brought ${KEYCLOAK.artifact}`,
  'better-auth': () => missingPackage('better-auth'),
  openauth: () => missingPackage('@openauthjs/openauth'),
  glewlwyd: () => missingProgram('glewlwyd') ?? missingProgram('sqlite3'),
  'django-oauth-toolkit': () => missingProgram('python3-django-oauth-toolkit'),
};

export const SERVER_NAMES = /** @type {readonly ServerName[]} */ (Object.keys(MISSING));

/** Where Go puts what it builds. */
export const GO_BIN = join(CACHE, 'bin');

export const GRPCURL = { package: 'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4', path: join(GO_BIN, 'grpcurl') };

/** Clients in Python, in a folder of their own beside what else is installed. */
export const PYTHON_CLIENTS = {
  names: /** @type {readonly ClientName[]} */ (['zitadel-client', 'authlib']),
  packages: ['zitadel-client==4.1.9', 'authlib==1.9.10', 'requests==2.34.2'],
  folder: join(CACHE, 'python-zitadel-client-4.1.9-authlib-1.9.10'),
};

/** Schemathesis, which makes requests out of an OpenAPI document and compares the answers with it. */
export const SCHEMATHESIS = {
  names: /** @type {readonly ClientName[]} */ (['schemathesis']),
  packages: ['schemathesis==4.32.5'],
  folder: join(CACHE, 'python-schemathesis-4.32.5'),
};

/** Nimbus, the OAuth library of most of Java. Its version is in the pom. */
export const NIMBUS = {
  project: join(import.meta.dirname, 'clients', 'nimbus'),
  folder: join(CACHE, 'nimbus-11.29.2'),
  /** What starts a source file, which Java can do from 11 on. */
  java: () => findJava(11, Number.POSITIVE_INFINITY),
};

/** @typedef {'grpcurl' | 'jsonld' | 'zitadel-client' | 'authlib' | 'schemathesis' | 'nimbus'} ClientName */

/**
 * The same for clients that nobody here wrote, which are tried at the sandbox. Without its runtime one is left out, in CI, too.
 *
 * @type {Readonly<Record<ClientName, () => string | undefined>>}
 */
export const MISSING_CLIENTS = {
  grpcurl: () => (existsSync(GRPCURL.path) ? undefined : `Go has not built ${GRPCURL.package}`),
  jsonld: () => missingPackage('jsonld'),
  'zitadel-client': () => missingPython(PYTHON_CLIENTS, 'zitadel_client'),
  authlib: () => missingPython(PYTHON_CLIENTS, 'authlib'),
  schemathesis: () => missingPython(SCHEMATHESIS, 'schemathesis'),
  nimbus: () =>
    NIMBUS.java() === undefined
      ? 'there is no Java 11 or later (JAVA_HOME, PATH, /usr/lib/jvm)'
      : existsSync(NIMBUS.folder)
        ? undefined
        : 'Maven (package maven) has not brought Nimbus',
};

export const CLIENT_NAMES = /** @type {readonly ClientName[]} */ (Object.keys(MISSING_CLIENTS));

/**
 * Whether a run is about a client.
 *
 * @param {ClientName} name
 */
export function isChosenClient(name) {
  return process.env['INTEROP']?.split(',').includes(name) ?? true;
}

/**
 * The servers that a run is about: all, or those that `INTEROP` names.
 *
 * @returns {readonly ServerName[]}
 */
export function chosenServers() {
  const names = process.env['INTEROP']?.split(',');
  return names === undefined ? SERVER_NAMES : SERVER_NAMES.filter((name) => names.includes(name));
}

/**
 * Home of a Java of these versions, by default of one that Keycloak runs on. A JDK says its version in a file.
 *
 * @returns {string | undefined}
 */
export function findJava(from = JAVA_FROM, to = JAVA_TO) {
  const inPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'java'));
  const installed = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name)) : [];
  const homes = [
    process.env['JAVA_HOME'] ?? '',
    ...inPath.filter((path) => existsSync(path)).map((path) => dirname(dirname(realpathSync(path)))),
    ...installed,
  ];
  return homes.find((home) => home !== '' && javaVersion(home) >= from && javaVersion(home) <= to);
}

/** @param {string} home */
function javaVersion(home) {
  const release = join(home, 'release');
  if (!existsSync(release) || !existsSync(join(home, 'bin', 'java'))) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1] ?? 0);
}

/** @param {import('../support/programs.mjs').Program} name */
function missingProgram(name) {
  return missingPrograms().includes(name) ? `${name} is not installed (package ${PROGRAMS[name].package})` : undefined;
}

/**
 * @param {{ readonly folder: string }} place
 * @param {string} name of the package as Python imports it
 */
function missingPython({ folder }, name) {
  return existsSync(join(folder, name)) ? undefined : `pip (package python3-pip) has not installed ${name}`;
}

/** @param {string} name */
function missingPackage(name) {
  return existsSync(join(NPM_FOLDER, 'node_modules', name)) ? undefined : `npm has not installed ${name}`;
}
