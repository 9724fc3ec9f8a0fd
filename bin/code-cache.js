'use strict';
// Keeps V8's compiled code of the bundle between runs. Node's own compile cache does not exist before Node 22, and holds no
// function that is compiled when it is first called, which is most of them; with this one a command starts a fifth faster.
// Nothing checks compiled code before it runs, so it is read only from where nobody but this user and root could have put it: from the
// user's cache folder, never from a temporary folder that is shared. Where anything about that is in doubt, there is no cache, silently.
const fs = require('node:fs');
const Module = require('node:module');
const { basename, dirname, isAbsolute, join, sep } = require('node:path');
const { Script } = require('node:vm');

const DIST = join(__dirname, '..', 'dist');
const CHUNKS = join(DIST, 'chunks') + sep;
const UNKNOWN = 'unknown';
const WRITABLE_BY_OTHERS = 0o022;
/** In a folder with this bit, as the system's temporary one, only its owner can rename or remove what belongs to others. */
const STICKY = 0o1000;
const ROOT = 0;
const PREFIX = 'code-';
/** The code of another build, or for another Node, that nothing was added to for so long is removed. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Undefined on Windows, where files have no owner of this kind, and the user's profile is closed to others. */
const uid = process.geteuid?.();
// Of the text that code was made from, V8 compares nothing but the length, so every build has a folder of its own.
const [build, ...names] = attempt(() => fs.readFileSync(join(DIST, 'build-id'), 'utf8'))?.split(' ') ?? [];
const command = calledCommand(process.argv.slice(2));
const home = process.env.HOME || attempt(() => require('node:os').homedir());
const realHome = attempt(() => fs.realpathSync.native(home));
/** Where the code of this build goes; undefined where the user has no cache folder. */
const location = build && attempt(codeFolder);
/** Its real path; undefined while there is none that is ours. */
const folder = location && attempt(() => ownFolder(location));
const fresh = [];
const parts = new Map();

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** In this program's part of the user's cache folder. Throws when there is none, or it would be another in each place. */
function codeFolder() {
  const path = join(cacheFolder(), `${PREFIX}${process.version}-${process.arch}-${build}`);
  if (!isAbsolute(path)) throw new Error(`${path} is not absolute`);
  return path;
}

function cacheFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === 'win32') return join(LOCALAPPDATA || join(home, 'AppData', 'Local'), 'flowkiwi', 'cache');
  if (isAbsolute(XDG_CACHE_HOME ?? '')) return join(XDG_CACHE_HOME, 'flowkiwi');
  return join(home, ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'flowkiwi');
}

/** Commands call different functions, so each has code of its own: `instance-get`; all help has the same. */
function calledCommand(words) {
  if (words[0]?.startsWith('__')) return words[0];
  if (words.some((word) => word === '--help' || word === '-h')) return 'help';
  const named = words.filter((word) => names.includes(word)).slice(0, 2);
  return named.length === 0 ? UNKNOWN : named.join('-');
}

/** The real path of a folder that nobody but this user and root can replace or fill, nor one above it, up to the home folder. Throws. */
function ownFolder(path) {
  const real = fs.realpathSync.native(path);
  if (uid === undefined) return real;
  for (let folder = real; ; folder = dirname(folder)) {
    const status = fs.lstatSync(folder);
    const isOwn = status.isDirectory() && (status.uid === uid || status.uid === ROOT);
    const isShared = (status.mode & WRITABLE_BY_OTHERS) !== 0 && !((status.mode & STICKY) !== 0 && status.uid === ROOT);
    if (!isOwn || isShared) throw new Error(`${folder} is not ours alone`);
    if (folder === realHome || folder === dirname(folder)) return real;
  }
}

/** The same of one that is made if need be, with so many above it. Throws. */
function madeFolder(path, above) {
  try {
    return ownFolder(path);
  } catch (error) {
    if (error.code !== 'ENOENT' || above < 0) throw error;
    const made = join(madeFolder(dirname(path), above - 1), basename(path));
    fs.mkdirSync(made, { mode: 0o700 });
    return made;
  }
}

/** The content of a file of ours that nobody else can write; undefined for any other. What was opened decides, whatever its name leads to by then. */
function read(path) {
  let file;
  try {
    file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const status = fs.fstatSync(file);
    const isOwn = uid === undefined || (status.uid === uid && (status.mode & WRITABLE_BY_OTHERS) === 0);
    if (!status.isFile() || !isOwn) return undefined;
    const content = Buffer.allocUnsafeSlow(status.size);
    return fs.readSync(file, content) === status.size ? content : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/**
 * After the command, so that the functions which it has called are in the cache. One that has failed has called others, and is not kept;
 * one that a signal ends, as every sandbox, is.
 */
function write(status) {
  if (fresh.length === 0 || (status > 0 && status < 128 && command !== UNKNOWN)) return;
  // V8 refuses code that was made under other flags than it starts with. On Node 20 the HTTP client sets the first of these,
  // which sets the others.
  if (process.version.startsWith('v20.')) {
    const { setFlagsFromString } = require('node:v8');
    for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering']) setFlagsFromString(flag);
  }
  attempt(() => {
    const target = folder ?? newFolder();
    for (const { script, name } of fresh) keep(join(target, name), script.createCachedData());
  });
}

/** Whole or not at all; a full or read-only disk costs a little time, and nothing else. */
function keep(path, code) {
  const written = `${path}.${Math.random().toString(36).slice(2)}`;
  try {
    fs.writeFileSync(written, code, { mode: 0o600, flag: 'wx' });
    fs.renameSync(written, path);
  } catch {
    attempt(() => fs.unlinkSync(written));
  }
}

/** Makes the folder of this build, and removes those that have had their time. Throws. */
function newFolder() {
  const parent = madeFolder(dirname(location), 1);
  for (const name of fs.readdirSync(parent)) {
    const other = join(parent, name);
    const isOld = name.startsWith(PREFIX) && Date.now() - fs.lstatSync(other).mtimeMs > KEPT_MS;
    if (isOld) attempt(() => fs.rmSync(other, { recursive: true }));
  }
  return madeFolder(location, 0);
}

/**
 * What a part of the bundle exports; it runs when it is first asked for. Node's own loader would look at every folder on its way, and decode the
 * text, which takes longer than to run it.
 */
function load(name) {
  const filename = CHUNKS + name;
  const loaded = parts.get(filename);
  if (loaded) return loaded.exports;
  // The build writes what every command loads in ASCII.
  const source = attempt(() => fs.readFileSync(filename, name.startsWith('start-') ? 'latin1' : 'utf8'));
  // For its error.
  if (source === undefined) return require(filename);
  const part = { exports: {} };
  parts.set(filename, part);
  const code = `${name}.${command}.bin`;
  const cachedData = folder && read(join(folder, code));
  const script = new Script(Module.wrap(source), { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) fresh.push({ script, name: code });
  try {
    script.runInThisContext().call(part.exports, part.exports, requirePart, part, filename, CHUNKS);
  } catch (error) {
    // It runs again for whatever asks next, as with Node's own loader.
    parts.delete(filename);
    throw error;
  }
  return part.exports;
}

function requirePart(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

/** Runs the program: `main`, of which V8 keeps nothing, and parts with their compiled code. */
module.exports = function run(main) {
  if (!location || process.env.NODE_DISABLE_COMPILE_CACHE) return require(main);
  process.once('exit', write);
  const script = new Script(Module.wrap(fs.readFileSync(main, 'utf8')), { filename: main });
  const part = { exports: {} };
  return script.runInThisContext().call(part.exports, part.exports, (id) => requirePart(id.replace('./chunks/', './')), part, main, DIST);
};
