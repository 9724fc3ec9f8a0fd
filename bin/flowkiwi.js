#!/usr/bin/env node
'use strict';
const { existsSync, realpathSync, writeSync } = require('node:fs');
const { dirname, join } = require('node:path');
// npm starts this by a link, which Node.js takes for the place itself where NODE_OPTIONS has --preserve-symlinks-main.
const root = dirname(dirname(realpathSync.native(__filename)));
const main = join(root, 'dist', 'main.js');
if (!existsSync(main) && existsSync(join(root, 'scripts'))) {
  // A clone that is called, or installed, before it was built. What npm installs from a package is built.
  const { status } = require('node:child_process').spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}
try {
  // The version and the overview are printed before there is anything to keep.
  if (process.argv.length !== 3 || !process.argv[2].startsWith('-')) require(join(root, 'bin', 'code-cache.js'))(main);
  else require(main);
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  const [what] = error.message.split('\n');
  writeSync(
    2,
    `error: a part of flowkiwi cannot be loaded: ${what}\nhint: leave NODE_OPTIONS out if it is set; else install flowkiwi again\n`,
  );
  process.exit(2);
}
