// Bundles src/main.ts, and the sandbox for test suites of Node, into dist/: small entries and lazily loaded chunks, all CommonJS.
// esbuild splits only ES modules, so the chunks are split first and turned into CommonJS one by one;
// CommonJS because Node's ES-module loader costs start-up time on every command.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bareDescriptors } from './bare-descriptors.mjs';
import { toCommonJs } from './common-js.mjs';
import { providerClock } from './provider-clock.mjs';
import { REPLACED_PACKAGES } from './replaced-packages.mjs';
import { thirdPartyText } from './third-party.mjs';
import { undiciParts } from './undici-parts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const target = 'node20.18';
/** What the package exports. */
const LIBRARY = 'src/sandbox/library';

/**
 * Built-in modules that a package loads at start for features that are not used here, each of which costs milliseconds of every command; and the
 * file system, for SQLite.
 */
const BUILTINS_NOT_LOADED = {
  // It opens the files beside the database by names that others can guess: no link is followed there, and nobody else can read them.
  'node-sqlite3-wasm': {
    'node:fs': `const fs = require('node:fs');
      const openSync = (path, flags) => fs.openSync(path, typeof flags === 'number' ? flags | fs.constants.O_NOFOLLOW : flags, 0o600);
      module.exports = Object.assign(Object.create(fs), { openSync });`,
  },
  // Subcommands that are programs of their own.
  commander: { 'node:child_process': '' },
  // Assertions, and types to recognize the requests of Node's own HTTP server.
  undici: {
    'node:assert': `module.exports = (value, message) => { if (!value) throw new Error(message ?? 'assertion failed'); };
      module.exports.strictEqual = (a, b) => module.exports(Object.is(a, b));`,
    'node:http': 'module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };',
  },
  // Encryption, and a comparison of the file with its defaults; and the variable SNAP, for which it writes its file in place, so that
  // others find it half written.
  conf: {
    'node:process': 'export default { env: {}, platform: process.platform };',
    'node:crypto': 'export default {};',
    'node:assert': `import { isDeepStrictEqual } from 'node:util';
      export default { deepEqual(a, b) { if (!isDeepStrictEqual(a, b)) throw new Error('not equal'); } };`,
  },
};

const builtinsNotLoaded = {
  name: 'builtins-not-loaded',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      const owner = importer.split(`node_modules${sep}`).at(-1).split(sep)[0];
      const isReplaced = importer.includes('node_modules') && BUILTINS_NOT_LOADED[owner]?.[path] !== undefined;
      return isReplaced ? { path: `${owner}/${path}`, namespace: 'builtins-not-loaded' } : undefined;
    });
    bundler.onLoad({ filter: /.*/, namespace: 'builtins-not-loaded' }, ({ path }) => {
      const [owner, builtin] = path.split('/');
      return { contents: BUILTINS_NOT_LOADED[owner][builtin] };
    });
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

/** The modules of the commands, which the list of all of them loads one by one. */
function commandModules({ inputs }) {
  return inputs['src/commands/index.ts'].imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path);
}

/** Packages that look at no names of functions and classes, as our own modules do not. */
const NAMELESS = /node_modules\/(chalk|commander|csv-parse|csv-stringify|jsonc-parser|p-limit|undici|yocto-queue)\//;

/** Whether a chunk has modules that may look at names. */
function namedIn({ outputs }) {
  const names = Object.entries(outputs).flatMap(([path, { inputs }]) =>
    Object.keys(inputs).some((input) => input.includes('node_modules/') && !NAMELESS.test(input)) ? [basename(path)] : [],
  );
  return (chunk) => names.includes(chunk);
}

/** The words that call the commands of a tree. */
function wordsOf({ groups, commands }) {
  const all = [...commands, ...groups, ...groups.flatMap((group) => group.commands)];
  return new Set(all.flatMap(({ name, shortcut }) => (shortcut ? [name, shortcut] : [name])));
}

/**
 * The same program in ASCII. One wider character makes the engine keep every character in two bytes, and decode them, at each start; esbuild
 * leaves those of regular expressions as they are.
 */
const inAscii = (code) => code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const staging = mkdtempSync(join(root, '.dist-'));
try {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts', sandbox: join(LIBRARY, 'entry.ts') },
    outdir: join(staging, 'esm'),
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target,
    mainFields: ['module', 'main'],
    conditions: ['node'],
    // Of its two forms the other looks for its own file, which a bundle does not have.
    alias: { ...REPLACED_PACKAGES, 'jq-wasm': require.resolve('jq-wasm') },
    // The scripts of the shells.
    loader: { '.bash': 'text', '.zsh': 'text', '.fish': 'text', '.ps1': 'text' },
    define: { FLOWKIWI_VERSION: JSON.stringify(version) },
    chunkNames: 'chunks/[name]-[hash]',
    // Less text is read faster; names stay, for stack traces and for libraries that look at them. They are shortened at the end.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      undiciParts,
      builtinsNotLoaded,
      bareDescriptors,
      providerClock,
      unused([
        // Bodies here are texts, never forms or streams.
        [/web\/fetch\/body(\.js)?$/, 'module.exports = {}'],
        [/socks5-proxy-agent(\.js)?$/, 'module.exports = class { constructor() { throw new Error("SOCKS is not used"); } }'],
        [/client-h2(\.js)?$/, 'module.exports = () => { throw new Error("HTTP/2 is not used"); }'],
        [/^ajv\/dist\/2020\.js$/, 'export class Ajv2020 {}'],
        [/^ajv-formats$/, 'export default () => {}'],
        // The folder is always given; this asks for the home folder when it is loaded, which some users do not have.
        [/^env-paths$/, 'export default () => { throw new Error("no folder was given") }'],
        [/^debounce-fn$/, 'export default (callback) => callback'],
        // On a signal it would end the process before what must be written is written; what it removes, the next writer removes too.
        [/^when-exit$/, 'export default () => () => {}'],
        // The colour level is decided in src/output/colour.ts.
        [/^#supports-color$/, 'export default { stdout: false, stderr: false }'],
        // Optional for a package of the sandbox; it would be looked for in every folder above this one.
        [/^supports-color$/, 'module.exports = { stdout: false, stderr: false }'],
        [/^semver$/, 'export default {}'],
      ]),
    ],
  });
  const [main, chunks] = [new Map(), new Map()];
  for (const { path, text } of result.outputFiles) {
    if (dirname(path).endsWith('chunks')) chunks.set(basename(path), text);
    // An entry uses none of the bundler's helpers, and imports them all the same.
    else main.set(basename(path), text.replace(/\bimport ?"\.\/chunks\/[\w-]+\.js";/g, ''));
  }
  mkdirSync(join(staging, 'chunks'));
  const chunkOf = (module) => {
    const [path] = Object.entries(result.metafile.outputs).find(([, { entryPoint }]) => entryPoint === module) ?? [];
    if (path === undefined) throw new Error(`${module} has no chunk of its own`);
    return basename(path);
  };
  // What a command always needs is one file, and so are the commands, of which only the called one runs.
  const host = chunkOf('src/start.ts');
  const split = await toCommonJs(chunks, {
    host,
    guests: ['src/context/context.ts', ...commandModules(result.metafile)].map(chunkOf),
    // Completion answers before the shell's user notices; the keychain is asked by a process, and jq by a thread: none loads what commands need.
    alone: ['src/commands/completion/answer.ts', 'src/edges/keychain-process.ts', 'src/edges/jq-thread.ts'].map(chunkOf),
    named: namedIn(result.metafile),
    target,
  });
  split.set(host, inAscii(split.get(host)));
  for (const [name, code] of split) writeFileSync(join(staging, 'chunks', name), code);
  for (const [name, code] of await toCommonJs(main, { target })) writeFileSync(join(staging, name), code);
  // It has nothing but types.
  copyFileSync(join(root, LIBRARY, 'interface.ts'), join(staging, 'sandbox.d.ts'));
  // The WebAssembly file is looked up beside the code that loads it.
  const wasm = 'node-sqlite3-wasm.wasm';
  copyFileSync(join(dirname(require.resolve('node-sqlite3-wasm')), wasm), join(staging, 'chunks', wasm));
  // So are the files of the sandbox's page, which the browser gets as they are.
  const isServed = (path) => !/\.(?:d\.ts|json)$/.test(path);
  cpSync(join(root, 'src/sandbox/overview/page'), join(staging, 'chunks', 'page'), { recursive: true, filter: isServed });
  copyFileSync(require.resolve('jq-wasm/jq.wasm'), join(staging, 'chunks', 'jq.wasm'));
  // The overview, made by the program itself; any second word makes it do so.
  writeFileSync(join(staging, 'help.txt'), execFileSync(process.execPath, [join(staging, 'main.js'), '--help', '--color=never']));
  // What completion answers from, without loading the commands.
  const commands = execFileSync(process.execPath, [join(staging, 'main.js'), 'help', '--json'], { encoding: 'utf8' });
  writeFileSync(join(staging, 'commands.json'), commands);
  // What compiled code is kept under: this build, and the words that call commands.
  const hash = createHash('sha256').update(JSON.stringify([...split]));
  writeFileSync(join(staging, 'build-id'), [hash.digest('hex').slice(0, 16), ...wordsOf(JSON.parse(commands))].join(' '));
  const terms = join(staging, 'THIRD-PARTY.txt');
  writeFileSync(terms, thirdPartyText(result.metafile, root));
  renameSync(terms, join(root, 'THIRD-PARTY.txt'));
  writeFileSync(join(staging, 'metafile.json'), JSON.stringify(result.metafile));
  const dist = join(root, 'dist');
  // A temporary folder is private to its maker; an installed one is for everybody.
  chmodSync(staging, 0o755);
  // The old one stays until the new one stands.
  const old = `${staging}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(staging, dist);
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
