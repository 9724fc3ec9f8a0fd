'use strict';
// Keeps V8's compiled code of the bundle between runs. Node's own compile cache does not exist before Node 22, and holds no
// function that is compiled when it is first called, which is most of them; with this one a command starts a fifth faster.
// The cache is a folder of the user's own beside other temporary files; whatever is wrong with it, the bundle is compiled anew.
// On Windows, where a folder does not tell whose it is by a number, Node's own cache is used.
const { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { tmpdir } = require('node:os');
const { basename, dirname, join, sep } = require('node:path');
const { Script } = require('node:vm');

const DIST = join(__dirname, '..', 'dist');
const CHUNKS = join(DIST, 'chunks') + sep;
const UNKNOWN = 'unknown';
const uid = process.getuid?.();
// Of the text that code was made from, V8 compares nothing but the length, so every build has a folder of its own.
const [build, ...names] = read(join(DIST, 'build-id'))?.toString().split(' ') ?? [];
const folder = join(tmpdir(), `flowkiwi-code-${uid}-${process.version}-${process.arch}-${build}`);
const command = calledCommand(process.argv.slice(2));
const fresh = [];

/** Commands call different functions, so each has code of its own: `instance-get`; all help has the same. */
function calledCommand(words) {
  if (words[0]?.startsWith('__')) return words[0];
  if (words.some((word) => word === '--help' || word === '-h')) return 'help';
  const named = words.filter((word) => names.includes(word)).slice(0, 2);
  return named.length === 0 ? UNKNOWN : named.join('-');
}

/** Code that somebody else could have written is never run: the folder has to be ours, and closed to others. */
function isOwn() {
  try {
    if (uid === undefined || build === undefined) return false;
    let status = lstatSync(folder, { throwIfNoEntry: false });
    if (status === undefined) {
      mkdirSync(folder, { mode: 0o700 });
      status = lstatSync(folder);
    }
    return status.isDirectory() && status.uid === uid && (status.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * After the command, so that the functions which it has called are in the cache. One that has failed has called others, and is not kept;
 * one that a signal ends, as every sandbox, is.
 */
function write(status) {
  if (status > 0 && status < 128 && command !== UNKNOWN) return;
  // V8 refuses code that was made under other flags than it starts with. On Node 20 the HTTP client sets the first of these,
  // which sets the others.
  if (fresh.length > 0 && process.version.startsWith('v20.')) {
    const { setFlagsFromString } = require('node:v8');
    for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering']) setFlagsFromString(flag);
  }
  for (const { script, path } of fresh) {
    const whole = `${path}.${process.pid}`;
    try {
      writeFileSync(whole, script.createCachedData(), { mode: 0o600 });
      renameSync(whole, path);
    } catch {
      // A full or read-only disk costs a little time, and nothing else.
    }
  }
}

if (!process.env.NODE_DISABLE_COMPILE_CACHE && isOwn()) {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function compileWithCache(source, filename, ...rest) {
    if (!filename.startsWith(CHUNKS)) return compile.call(this, source, filename, ...rest);
    const path = join(folder, `${basename(filename)}.${command}.bin`);
    const cachedData = read(path);
    const script = new Script(Module.wrap(source), { filename, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) fresh.push({ script, path });
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, (id) => this.require(id), this, filename, dirname(filename));
  };
  process.once('exit', write);
} else {
  Module.enableCompileCache?.();
}
