// Names the packages whose code is in the bundle, with the terms they ask to be repeated.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEXTS = join(dirname(fileURLToPath(import.meta.url)), 'licences');
const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

/**
 * What packages do not say of themselves in a file: the terms of those that carry none, and of works of others inside a package.
 * `license` is what package.json says, so that a new version with other terms is noticed; each notice is an SPDX id, whose text is in
 * `licences/`, and a copyright line.
 */
const SUPPLIED = {
  '@bufbuild/protobuf': {
    license: '(Apache-2.0 AND BSD-3-Clause)',
    notices: [
      ['Apache-2.0', 'Copyright 2021-2026 Buf Technologies, Inc.'],
      ['BSD-3-Clause', 'Copyright 2008 Google Inc. All rights reserved.'],
    ],
  },
  '@connectrpc/connect': { license: 'Apache-2.0', notices: [['Apache-2.0', 'Copyright 2021-2026 The Connect Authors']] },
  '@connectrpc/connect-node': { license: 'Apache-2.0', notices: [['Apache-2.0', 'Copyright 2021-2026 The Connect Authors']] },
  '@zitadel/proto': {
    license: 'MIT',
    notices: [
      ['MIT', 'Copyright (c) the ZITADEL authors'],
      ['Apache-2.0', 'google/api: Copyright 2015 Google LLC'],
      ['Apache-2.0', 'validate: Copyright 2019 Envoy Project Authors'],
      ['BSD-3-Clause', 'protoc-gen-openapiv2: Copyright (c) 2015, Gengo, Inc. All rights reserved.'],
    ],
  },
  'jq-wasm': {
    license: 'MIT',
    notices: [
      ['jq', 'jq is copyright (C) 2012 Stephen Dolan'],
      ['BSD-2-Clause', 'Oniguruma: Copyright (c) 2002-2021  K.Kosako  <kkosako0@gmail.com>'],
    ],
  },
  'koa-compose': { license: 'MIT', notices: [['MIT', 'Copyright (c) 2013 TJ Holowaychuk']] },
  'node-sqlite3-wasm': {
    license: 'MIT',
    notices: [['MIT', 'sql.js: Copyright (c) 2017 sql.js authors']],
  },
  undici: { license: 'MIT', notices: [['MIT', 'llhttp: Copyright Fedor Indutny, 2018.']] },
};

/**
 * The packages that a bundle holds code of, by name.
 * @param metafile esbuild's
 * @returns their names and folders, relative to where esbuild ran
 */
export function bundledPackages({ outputs }) {
  const folders = new Map();
  for (const path of Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))) {
    const [folder, name] = /^.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
    if (folder !== undefined) folders.set(folder, name);
  }
  return [...folders].map(([folder, name]) => ({ folder, name })).sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/**
 * Throws for a package without terms.
 * @param metafile esbuild's
 * @param root where esbuild ran
 * @returns the text of THIRD-PARTY.txt: all packages with their versions, then each text of terms once, under the packages that it is for
 */
export function thirdPartyText(metafile, root) {
  const packages = bundledPackages(metafile).map(({ folder, name }) => {
    const { version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return { title: `${name} ${version}`, license, terms: termsOf(name, join(root, folder), license) };
  });
  const groups = new Map();
  for (const { title, terms } of packages) {
    for (const text of terms) {
      const key = text.replace(/\s+/g, ' ');
      const group = groups.get(key) ?? { text, titles: [] };
      groups.set(key, { ...group, titles: [...group.titles, title] });
    }
  }
  const list = packages.map(({ title, license }) => `  ${title} (${license})\n`).join('');
  const texts = [...groups.values()].map(({ text, titles }) => `${'-'.repeat(80)}\n${titles.join('\n')}\n\n${text}\n`).join('\n');
  return `flowkiwi contains code of these packages, under the terms below:\n\n${list}\n${texts}`;
}

function termsOf(name, folder, license) {
  const supplied = SUPPLIED[name];
  if (supplied !== undefined && supplied.license !== license) {
    throw new Error(`${name} is now under ${license}: look at it, and correct scripts/third-party.mjs`);
  }
  const carried = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const terms = [
    ...carried.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()),
    ...(supplied?.notices ?? []).map(([id, copyright]) => `${copyright}\n\n${readFileSync(join(TEXTS, `${id}.txt`), 'utf8').trim()}`),
  ];
  if (terms.length === 0) throw new Error(`${name} (${license}) carries no licence file: supply its terms in scripts/third-party.mjs`);
  return terms;
}
