// The sources import undici by its public names. Its index loads all of it, with fetch, mocks, caches and WebSocket: the bundle gives each
// importing file the names that it imports, from where they live inside the package, so that a command loads what it uses and no more.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const MODULES = {
  Agent: './lib/dispatcher/agent.js',
  Pool: './lib/dispatcher/pool.js',
  ProxyAgent: './lib/dispatcher/proxy-agent.js',
  buildConnector: './lib/core/connect.js',
  errors: './lib/core/errors.js',
};

/** What the index adds to every dispatcher, as far as it is called. */
const METHODS = {
  Pool: `require('./lib/dispatcher/dispatcher.js').prototype.connect = require('./lib/api/api-connect.js');`,
};

const NAMESPACE = 'undici-parts';
const IMPORT = /^import \{([^}]*)\} from 'undici';$/gm;

/** esbuild's plugin. The build fails where a file imports a name that has no module here. */
export const undiciParts = {
  name: NAMESPACE,
  setup(bundler) {
    const resolveDir = dirname(createRequire(import.meta.url).resolve('undici/package.json'));
    bundler.onResolve({ filter: /^undici$/ }, ({ importer }) => ({ path: namesImportedBy(importer).join(), namespace: NAMESPACE }));
    bundler.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: path
        .split(',')
        .map((name) => `exports.${name} = require('${MODULES[name]}'); ${METHODS[name] ?? ''}`)
        .join('\n'),
      resolveDir,
    }));
  },
};

function namesImportedBy(file) {
  const names = [...readFileSync(file, 'utf8').matchAll(IMPORT)].flatMap(([, list]) => list.split(',').map((name) => name.trim()));
  const values = names.filter((name) => name !== '' && !name.startsWith('type '));
  const unknown = values.find((name) => MODULES[name] === undefined);
  if (unknown !== undefined || values.length === 0)
    throw new Error(`${file} imports ${unknown ?? 'nothing'} of undici: see scripts/undici-parts.mjs`);
  return values;
}
