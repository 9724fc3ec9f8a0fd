// Bundles src/main.ts into dist/: one small entry and lazily loaded chunks, all CommonJS.
// esbuild splits only ES modules, so the chunks are split first and turned into CommonJS one by one;
// CommonJS because Node's ES-module loader costs start-up time on every command.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const target = 'node20.18';

/** The package's index loads fetch, mocks, caches and WebSocket; a command pays only for what it uses. */
const undiciClientOnly = {
  name: 'undici-client-only',
  setup(bundler) {
    const undici = dirname(require.resolve('undici/package.json'));
    const contents = `
      const Dispatcher = require('./lib/dispatcher/dispatcher.js');
      Dispatcher.prototype.request = require('./lib/api/api-request.js');
      exports.Dispatcher = Dispatcher;
      exports.Agent = require('./lib/dispatcher/agent.js');
      exports.errors = require('./lib/core/errors.js');`;
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'undici-client-only' }));
    bundler.onLoad({ filter: /.*/, namespace: 'undici-client-only' }, () => ({ contents, resolveDir: undici }));
  },
};

/** Replaces modules that a dependency loads at start but that this program never calls. */
const unused = (modules) => ({
  name: 'unused',
  setup(bundler) {
    for (const [filter, contents] of modules) {
      bundler.onResolve({ filter }, ({ path }) => ({ path, namespace: `unused-${filter.source}` }));
      bundler.onLoad({ filter: /.*/, namespace: `unused-${filter.source}` }, () => ({ contents }));
    }
  },
});

const staging = mkdtempSync(join(root, '.dist-'));
try {
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: join(staging, 'esm'),
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target,
    mainFields: ['module', 'main'],
    conditions: ['node'],
    define: { FLOWKIWI_VERSION: JSON.stringify(version) },
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      undiciClientOnly,
      unused([
        [/client-h2(\.js)?$/, 'module.exports = () => { throw new Error("HTTP/2 is not used"); }'],
        [/^ajv\/dist\/2020\.js$/, 'export class Ajv2020 {}'],
        [/^ajv-formats$/, 'export default () => {}'],
        [/^debounce-fn$/, 'export default (callback) => callback'],
        // The colour level is decided in src/output/colour.ts.
        [/^#supports-color$/, 'export default { stdout: false, stderr: false }'],
        [/^semver$/, 'export default {}'],
      ]),
    ],
  });
  for (const file of result.outputFiles) {
    const relative = file.path.slice(join(staging, 'esm').length + 1);
    const destination = join(staging, relative);
    mkdirSync(dirname(destination), { recursive: true });
    const { code } = await transform(file.text, {
      format: 'cjs',
      platform: 'node',
      target,
      minifyWhitespace: true,
      logLevel: 'error',
      supported: { 'dynamic-import': false },
    });
    writeFileSync(destination, code);
  }
  // The WebAssembly file is looked up beside the code that loads it.
  const wasm = 'node-sqlite3-wasm.wasm';
  copyFileSync(join(dirname(require.resolve('node-sqlite3-wasm')), wasm), join(staging, 'chunks', wasm));
  writeFileSync(join(staging, 'metafile.json'), JSON.stringify(result.metafile));
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  // A temporary folder is private to its maker; an installed one is for everybody.
  chmodSync(staging, 0o755);
  renameSync(staging, dist);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
