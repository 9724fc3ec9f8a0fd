#!/usr/bin/env node
'use strict';
// The version and the overview are printed before there is anything to keep.
if (process.argv.length !== 3 || !process.argv[2].startsWith('-')) require('./code-cache.js');
require('../dist/main.js');
