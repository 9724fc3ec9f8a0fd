import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { FLOWKIWI, flowkiwi, newHome } from '../support/flowkiwi.ts';
import { startSandbox } from '../support/servers/sandbox.ts';

/** Parts of Node.js that take a millisecond and more to load, and that a command against an API without encryption has no use for. */
const SLOW = [
  'assert',
  'child_process',
  'crypto',
  'http',
  'http2',
  'https',
  'inspector',
  'perf_hooks',
  'readline',
  'tls',
  'worker_threads',
  'zlib',
];

test('a command that reads one resource loads nothing that it has no use for', async ({ onTestFinished }) => {
  const sandbox = await startSandbox();
  onTestFinished(() => void sandbox.stop());
  const env = await sandbox.environment();
  const id = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env })).stdout.trim();
  const folder = newHome();
  const [script, list] = [join(folder, 'list.cjs'), join(folder, 'loaded')];
  writeFileSync(
    script,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')));`,
  );
  const { status } = await flowkiwi(['org', 'get', id, '--json'], { env: { ...env, NODE_OPTIONS: `--require=${script}` } });
  expect(status).toBe(0);
  const loaded = readFileSync(list, 'utf8').split('\n');
  expect(loaded).toContain('NativeModule net');
  expect(SLOW.filter((name) => loaded.includes(`NativeModule ${name}`))).toEqual([]);
});

test('a command that reads one resource compiles no regular expression that takes long', async ({ onTestFinished }) => {
  const sandbox = await startSandbox();
  onTestFinished(() => void sandbox.stop());
  const env = await sandbox.environment();
  const id = (await flowkiwi(['org', 'create', 'Acme Corp', '-q'], { env })).stdout.trim();
  const folder = newHome();
  const [script, list] = [join(folder, 'used.cjs'), join(folder, 'used')];
  writeFileSync(
    script,
    `const used = new Set();
    for (const name of ['exec', 'test', Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split]) {
      const own = RegExp.prototype[name];
      RegExp.prototype[name] = function (...args) {
        used.add(String(this));
        return own.apply(this, args);
      };
    }
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, [...used].join('\\n')));`,
  );
  const { status } = await flowkiwi(['org', 'get', id, '--json'], { env: { ...env, NODE_OPTIONS: `--require=${script}` } });
  expect(status).toBe(0);
  const used = readFileSync(list, 'utf8').split('\n');
  expect(used).toContain(String(/^\uFEFF/));
  // V8 asks its Unicode data about each character of a property, and of a range whose case is ignored.
  expect(used.filter((expression) => /\\p\{|\/[a-z]*i[a-z]*$/.test(expression))).toEqual([]);
});

test('no expression that takes long to compile is made when a module is loaded', () => {
  const folder = join(FLOWKIWI, '..', '..', 'src');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('sandbox'))
    .flatMap((name) =>
      (readFileSync(join(folder, name), 'utf8').match(/^(?:export )?const .*\/.*\\p\{.*\/[a-z]*;$/gm) ?? []).map((line) => [name, line]),
    );
  expect(found).toEqual([]);
});

test('the code that every command loads takes one byte a character', () => {
  const chunks = join(FLOWKIWI, '..', '..', 'dist', 'chunks');
  const [start = ''] = readdirSync(chunks).filter((name) => name.startsWith('start-'));
  expect(readFileSync(join(chunks, start), 'utf8')).toMatch(/^[\0-\x7f]+$/);
});

/** What a command loads only when it shows it, or asks for it. */
const LATER = [
  'src/output/spinner.ts',
  'src/output/grapheme-ruler.ts',
  'src/edges/job-control.ts',
  'src/context/questions.ts',
  'src/output/csv.ts',
  'src/output/yaml.ts',
  'src/output/relative-time.ts',
  'src/output/jq-filter.ts',
  'src/edges/jq.ts',
  'src/edges/jq-thread.ts',
  'node_modules/jq-wasm/dist/index.cjs',
];

test('what few commands show is in no part that all of them load', () => {
  const { outputs }: Metafile = JSON.parse(readFileSync(join(FLOWKIWI, '..', '..', 'dist', 'metafile.json'), 'utf8'));
  const byEntry = (module: string) => Object.keys(outputs).find((path) => outputs[path]?.entryPoint === module);
  const waiting = ['src/main.ts', 'src/start.ts', 'src/context/context.ts'].map(byEntry);
  const loaded = new Set<string>();
  for (const path of waiting) {
    if (path === undefined || loaded.has(path)) continue;
    loaded.add(path);
    waiting.push(...(outputs[path]?.imports ?? []).filter(({ kind }) => kind === 'import-statement').map((chunk) => chunk.path));
  }
  const modules = [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  expect(modules).toContain('src/output/activity.ts');
  const all = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  expect(LATER.filter((module) => !all.includes(module))).toEqual([]);
  expect(LATER.filter((module) => modules.includes(module))).toEqual([]);
});
