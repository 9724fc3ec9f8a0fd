// Turns the ES-module chunks of a split build into CommonJS, and puts those that nearly every command needs into one file:
// opening ten small files takes longer than reading one, and V8 restores its code at once. Within that file each chunk still runs when
// it is first asked for, and one that never is does not run.
import { build } from 'esbuild';

const IMPORTED = /\b(?:from|import) ?"\.\/([\w-]+\.js)"/g;
const REQUIRED = /\brequire\("\.\/([\w-]+\.js)"\)/g;

/**
 * @param chunks name (`start-ABC.js`) to ES-module text, all in one folder
 * @param host name of the chunk whose file takes others in, with all that they share
 * @param guests names of chunks that it takes in although they are imported dynamically
 * @param alone names of the chunks that have to load fast: they have copies of what they share, and never load the host
 * @param named whether the functions and classes of a chunk keep their names
 * @param target Node.js version
 * @returns name to CommonJS text
 */
export async function toCommonJs(chunks, { host, guests = [], alone = [], named = () => false, target }) {
  const inHost = host === undefined ? [] : [...new Set([...guests, ...[host, ...guests].flatMap((name) => importsOf(name, chunks))])];
  const texts = [...chunks.keys()]
    .filter((name) => !inHost.includes(name))
    .map(async (name) => {
      const members = name === host ? inHost : alone.includes(name) ? importsOf(name, chunks) : [];
      const text = await bundle(name, { chunks, members, isHost: name === host, named, target });
      const fromHost = (call, required) => (inHost.includes(required) ? `require("./${host}").__members["${required}"]` : call);
      return [name, text.replace(REQUIRED, fromHost)];
    });
  return new Map(await Promise.all(texts));
}

/** A chunk with its members as the text of one file. That of the host gives its members out to other files, as `__members`. */
async function bundle(chunk, { chunks, members, isHost, named, target }) {
  const getters = members.map((name) => `get "${name}"() { return require("./${name}"); }`);
  const textOf = (name) => (named(name) && !isHost ? chunks.get(name) : withoutNames(chunks.get(name)));
  const contents = `${textOf(chunk)}${isHost ? `;export const __members = { ${getters.join(', ')} };` : ''}`;
  const oneFile = {
    name: 'one-file',
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path }) => {
        const name = path.replace('./', '');
        return members.includes(name) ? { path: name, namespace: 'chunk' } : { path, external: true };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({ contents: textOf(path) }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target,
    minify: true,
    supported: { 'dynamic-import': false },
    logLevel: 'error',
    plugins: [oneFile],
  });
  return outputFiles[0].text;
}

/**
 * A chunk whose functions and classes are not named again after they were shortened: that is a call for each of them whenever it is made, at each
 * start and in each loop. Calls that only name are marked as pure, so that they are left out.
 */
function withoutNames(text) {
  return `${text.replace(/\b__name\(/g, '/* @__PURE__ */unnamed(')};function unnamed(value) { return value; }`;
}

/** The chunks that a chunk imports statically, those that they import included. */
function importsOf(chunk, chunks, found = new Set()) {
  for (const [, name] of chunks.get(chunk).matchAll(IMPORTED)) {
    if (found.has(name)) continue;
    found.add(name);
    importsOf(name, chunks, found);
  }
  return [...found];
}
