import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** What a user downloads, in bytes. */
const MOST = 2_050_000;
/** A sentence of each kind of terms. */
const TERMS: Readonly<Record<string, RegExp>> = {
  MIT: /Permission is hereby granted, free\s+of\s+charge/,
  ISC: /Permission to use, copy, modify, and\/or distribute this software\s+for\s+any\s+purpose/,
  'Apache-2.0': /TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/,
  'BSD-3-Clause': /Redistribution and use in source and binary forms/,
};

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const metafile: Metafile = JSON.parse(read('dist/metafile.json'));

let folder: string;
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowkiwi-package-'));
  [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder).stdout);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without the network, which the optional dependency alone would need. */
function npm(...words: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const options = ['--offline', '--omit=optional', '--no-update-notifier', '--cache', join(folder, 'cache')];
  const { status, stdout, stderr } = spawnSync('npm', [...words, ...options], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${words[0]}: ${stderr}`);
  return { stdout, stderr };
}

/** The folders of the packages that the bundle has code of. */
function bundledFolders(): readonly string[] {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(files.flatMap((file) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))];
}

test('the package has what it needs, its terms and its documentation, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => !/^(dist\/chunks|docs)\//.test(path))).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'THIRD-PARTY.txt',
    'bin/code-cache.js',
    'bin/flowkiwi.js',
    'dist/build-id',
    'dist/commands.json',
    'dist/help.txt',
    'dist/main.js',
    'dist/sandbox.d.ts',
    'dist/sandbox.js',
    'package.json',
  ]);
  expect(packed.size).toBeLessThanOrEqual(MOST);
});

const PAGES = readdirSync(join(ROOT, 'docs')).filter((file) => file !== 'images');

test.each(['README.md', ...PAGES.map((file) => `docs/${file}`)])('what %s links to, but for pictures, is in the package', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*/, ''));
  const local = targets.filter((target) => target !== '' && !URL.canParse(target)).map((target) => normalize(join(dirname(page), target)));
  const paths = packed.files.map(({ path }) => path);
  const pages = local.filter((target) => dirname(target) !== join('docs', 'images'));
  expect(pages.filter((target) => !paths.some((path) => path === target || path.startsWith(`${target}/`)))).toEqual([]);
});

test.each([
  ['the package', () => join(folder, packed.filename)],
  ['a clone', () => '.'],
])('%s is installed without a word of warning, and runs', (_what, source) => {
  const prefix = mkdtempSync(join(folder, 'prefix-'));
  expect(npm('install', '--global', '--prefix', prefix, source()).stderr).toBe('');
  const { version } = JSON.parse(read('package.json'));
  expect(spawnSync(join(prefix, 'bin', 'flowkiwi'), ['--version'], { encoding: 'utf8' }).stdout).toBe(`${version}\n`);
});

test('a clone that is called before it was built is built first, and says nothing of it on stdout', () => {
  const clone = mkdtempSync(join(folder, 'clone-'));
  cpSync(join(ROOT, 'bin'), join(clone, 'bin'), { recursive: true });
  const [program, setup] = [join(clone, 'bin', 'flowkiwi.js'), join(clone, 'scripts', 'setup.mjs')];
  mkdirSync(dirname(setup));
  const call = () => spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
  writeFileSync(setup, 'console.log("cannot"); process.exit(3);');
  expect(call()).toMatchObject({ status: 1, stdout: '', stderr: 'cannot\n' });
  const main = join(clone, 'dist', 'main.js');
  writeFileSync(
    setup,
    `import fs from 'node:fs'; fs.mkdirSync(${JSON.stringify(dirname(main))}); fs.writeFileSync(${JSON.stringify(main)}, 'console.log(1)'); console.log('built');`,
  );
  expect(call()).toMatchObject({ status: 0, stdout: '1\n', stderr: 'built\n' });
  expect(call()).toMatchObject({ status: 0, stdout: '1\n', stderr: '' });
});

test('nothing runs where it is installed, and so npm has nothing to warn of', () => {
  const { scripts } = JSON.parse(read('package.json'));
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$|^prepublish$/.test(name))).toEqual([]);
});

test('the terms of every package in the bundle are in THIRD-PARTY.txt, and of no other', () => {
  const [list = '', ...texts] = read('THIRD-PARTY.txt').split(`\n${'-'.repeat(80)}\n`);
  const packages = bundledFolders().map((path) => JSON.parse(read(join(path, 'package.json'))));
  const lines = packages.map(({ name, version, license }) => `  ${name} ${version} (${license})`);
  expect([...list.matchAll(/^ {2}\S.*$/gm)].map(([line]) => line).sort()).toEqual(lines.sort());
  for (const { name, version, license } of packages) {
    const own = texts.filter((text) => text.split('\n\n')[0]?.split('\n').includes(`${name} ${version}`)).join('\n');
    for (const id of license.match(/[\w.-]+/g)) if (id !== 'AND') expect(own, name).toMatch(TERMS[id] ?? /never/);
    expect(own, name).toMatch(/copyright/i);
  }
});

test('no package is in the bundle twice', () => {
  const names = bundledFolders().map((path) => path.replace(/.*node_modules\//, ''));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual(['content-type']);
});

test('the bundle loads nothing but itself and what Node has', () => {
  const loaded = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  expect(loaded.map(({ path }) => path).filter((path) => !isBuiltin(path) && path !== '<runtime>')).toEqual([]);
});

/** What the documentation shows of the sandbox for test suites, as those write it who use the package. */
const SUITE = `import { createSandbox } from 'flowkiwi/sandbox';

const sandbox = await createSandbox({ seed: [{ name: 'Globex' }] });
try {
  const authorization = 'Bearer ' + (await sandbox.tokens('jane@acme.example'));
  const body = JSON.stringify({ name: 'Acme Corp' });
  const headers = { authorization, 'content-type': 'application/json' };
  await fetch(sandbox.address + '/api/organizations', { method: 'POST', headers, body });
  const [request] = await sandbox.requests({ path: '/api/*', wait: 20 });
  const { flowkiwi } = await sandbox.state();
  console.log(request?.status, ...flowkiwi.organizations.map(({ name }) => name).sort());
} finally {
  await sandbox.close();
}
`;

test('the package has a sandbox for test suites, with its types', () => {
  const suite = mkdtempSync(join(folder, 'suite-'));
  const installed = join(suite, 'node_modules', 'flowkiwi');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1'], suite);
  writeFileSync(join(suite, 'suite.mjs'), SUITE);
  expect(run(process.execPath, ['suite.mjs'], suite)).toBe('201 Acme Corp Globex\n');
  writeFileSync(join(suite, 'package.json'), '{"type":"module"}');
  writeFileSync(join(suite, 'suite.ts'), `${SUITE}// @ts-expect-error: there is no such method\nawait sandbox.states();\n`);
  const types = ['--typeRoots', join(ROOT, 'node_modules', '@types'), '--types', 'node'];
  const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', ...types, 'suite.ts'];
  expect(run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...words], suite)).toBe('');
});

/** Its standard output. Throws all that it has said when it fails. */
function run(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}
