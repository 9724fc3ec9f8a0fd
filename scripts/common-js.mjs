// Turns the ES-module chunks of a split build into CommonJS, and puts the chunks that nearly every command needs into the
// files that are loaded first: opening ten small files takes longer than reading one.
import { transform } from 'esbuild';

const SHARED = /require\("\.\/(chunk-[A-Z0-9]+\.js)"\)/g;

/**
 * @param chunks name (`start-ABC.js`) to ES-module text, all in one folder
 * @param hosts beginnings of the names of the chunks that take shared ones in, in the order in which they are loaded
 * @param alone beginnings of the names of the chunks that have to load fast: they have copies of the shared ones, and load no host
 * @param target Node.js version
 * @returns name to CommonJS text
 */
export async function toCommonJs(chunks, { hosts = [], alone = [], target }) {
  const texts = new Map();
  for (const [name, text] of chunks) {
    const options = { format: 'cjs', platform: 'node', target, minifyWhitespace: true, logLevel: 'error' };
    const { code } = await transform(text, { ...options, supported: { 'dynamic-import': false } });
    texts.set(name, code);
  }
  const chunkNamed = (beginning) => {
    const found = [...texts.keys()].find((name) => name.startsWith(beginning));
    if (!found) throw new Error(`there is no chunk ${beginning}`);
    return found;
  };
  for (const name of alone.map(chunkNamed)) {
    const text = `${registryOf(sharedBy(name, texts), texts)}${texts.get(name)}`;
    texts.set(
      name,
      text.replace(SHARED, (_, shared) => `__shared[${JSON.stringify(shared)}]`),
    );
  }
  const homes = new Map();
  for (const host of hosts.map(chunkNamed)) {
    const shared = sharedBy(host, texts).filter((name) => !homes.has(name));
    for (const name of shared) homes.set(name, host);
    texts.set(host, `${registryOf(shared, texts)}${texts.get(host)};module.exports.__shared=__shared;`);
    for (const name of shared) texts.delete(name);
  }
  for (const [file, text] of texts) {
    const find = (name) => (homes.get(name) === file ? '__shared' : `require("./${homes.get(name)}").__shared`);
    texts.set(
      file,
      text.replace(SHARED, (call, name) => (homes.has(name) ? `${find(name)}[${JSON.stringify(name)}]` : call)),
    );
  }
  return texts;
}

/** The shared chunks that a chunk loads at once, those that they load included, each after what it needs. */
function sharedBy(name, texts, found = []) {
  for (const [, imported] of (texts.get(name) ?? '').matchAll(SHARED)) {
    if (found.includes(imported)) continue;
    sharedBy(imported, texts, found);
    found.push(imported);
  }
  return found;
}

/** Code that defines `__shared`: each chunk by its name, run when it is first asked for. */
function registryOf(names, texts) {
  // In parentheses, so that V8 compiles them at once and Node's compile cache holds them.
  const entries = names.map((name) => `${JSON.stringify(name)}:(function(module,exports){${texts.get(name)}})`);
  return (
    `var __shared={};for(let [name,run] of Object.entries({${entries.join(',')}})){let module;` +
    'Object.defineProperty(__shared,name,{get(){if(!module){module={exports:{}};run(module,module.exports)}return module.exports}})};'
  );
}
