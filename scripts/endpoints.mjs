// Writes what `flowkiwi api ls` lists: the endpoints of Flowkiwi Identity from the OpenAPI document of the sandbox, and those of ZITADEL from the
// descriptors of its services. Run it when either has changed; a test compares.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '@zitadel/proto/google/api/annotations_pb';
import { openapiv2_operation } from '@zitadel/proto/protoc-gen-openapiv2/options/annotations_pb';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDER = join(root, 'src/commands/api/endpoints');
/**
 * Where the first services of ZITADEL are; later ones have whole paths.
 * @type {Record<string, string>}
 */
const PREFIXES = {
  'zitadel.admin.v1.AdminService': '/admin/v1',
  'zitadel.auth.v1.AuthService': '/auth/v1',
  'zitadel.management.v1.ManagementService': '/management/v1',
  'zitadel.system.v1.SystemService': '/system/v1',
};

/** @typedef {string[]} Endpoint method, path, summary */

/** @returns {Promise<Endpoint[]>} by path */
export async function zitadelEndpoints() {
  const folder = join(root, 'node_modules/@zitadel/proto/es/zitadel');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    // The first drafts of a third version, which no server serves now.
    .filter((file) => file.endsWith('_pb.js') && !file.startsWith('resources'));
  const modules = await Promise.all(files.sort().map((file) => import(pathToFileURL(join(folder, file)).href)));
  const services = modules.flatMap((module) => Object.values(module)).filter((value) => value?.kind === 'service');
  return inOrder(services.flatMap(({ methods }) => methods.flatMap(endpointsOf)));
}

/** @returns {Promise<Endpoint[]>} the same of what the sandbox serves */
export async function flowkiwiEndpoints() {
  const staging = mkdtempSync(join(root, '.endpoints-'));
  try {
    const outfile = join(staging, 'document.mjs');
    const contents = `export { openApiDocument } from './open-api.ts'; export { OPERATIONS } from './routes.ts'; export { readSwitches } from '../switches.ts';`;
    const resolveDir = join(root, 'src/sandbox/flowkiwi');
    await build({
      stdin: { contents, resolveDir, loader: 'ts' },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
    });
    const { openApiDocument, OPERATIONS, readSwitches } = await import(pathToFileURL(outfile).href);
    const { paths } = openApiDocument(OPERATIONS, '', readSwitches([]));
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { summary }]) => (method === 'parameters' ? [] : [[method.toUpperCase(), path, summary]])),
    );
    return inOrder(operations);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * @param {import('@bufbuild/protobuf').DescMethod} method
 * @returns {Endpoint[]}
 */
function endpointsOf(method) {
  const described = hasOption(method, openapiv2_operation) ? getOption(method, openapiv2_operation) : undefined;
  const summary = (described?.summary || wordsOf(method.name)).replace(/\s+/g, ' ').replace(/\.$/, '').trim();
  const isOld = method.deprecated || described?.deprecated;
  const words = isOld && !/deprecated/i.test(summary) ? `${summary} (deprecated)` : summary;
  if (!hasOption(method, http)) return [['POST', `/${method.parent.typeName}/${method.name}`, words]];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap(({ pattern }) =>
    pattern.case === undefined || pattern.case === 'custom'
      ? []
      : [
          [
            pattern.case.toUpperCase(),
            `${PREFIXES[method.parent.typeName] ?? ''}${pattern.value}`.replace(/\{([\w.]+)=[^}]*\}/g, '{$1}'),
            words,
          ],
        ],
  );
}

/**
 * `ListOrgDomains`: List org domains.
 * @param {string} name
 */
function wordsOf(name) {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(' ');
  return words.map((word, index) => (index === 0 || /^[A-Z]{2}/.test(word) ? word : word.toLowerCase())).join(' ');
}

/**
 * @param {Endpoint[]} endpoints
 * @returns {Endpoint[]}
 */
function inOrder(endpoints) {
  const keyed = endpoints.map((endpoint) => ({ endpoint, key: `${endpoint[1]} ${endpoint[0]}` }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ endpoint }) => endpoint);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  write('flowkiwi', await flowkiwiEndpoints());
  write('zitadel', await zitadelEndpoints());
}

/**
 * @param {string} name
 * @param {Endpoint[]} endpoints
 */
function write(name, endpoints) {
  writeFileSync(join(FOLDER, `${name}.json`), `[\n${endpoints.map((endpoint) => JSON.stringify(endpoint)).join(',\n')}\n]\n`);
}
