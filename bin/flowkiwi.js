#!/usr/bin/env node
'use strict';
try {
  require.resolve('../dist/main.js');
} catch {
  // A clone that is called, or installed, before it was built. What npm installs from a package is built.
  const { status } = require('node:child_process').spawnSync(process.execPath, [require.resolve('../scripts/setup.mjs')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}
// The version and the overview are printed before there is anything to keep.
if (process.argv.length !== 3 || !process.argv[2].startsWith('-')) require('./code-cache.js');
require('../dist/main.js');
