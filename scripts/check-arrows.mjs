// Fails when a module of src/ imports against the direction of the arrows: each folder may import from the folders that
// stand on lines beneath its own, never from a neighbour on the same line. Only the commands import the sandbox, and the adapters in
// identity/ are known neither to each other nor to the rest of it. Looks at another source folder when one is given.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const LINES = [
  ['commands'],
  ['context'],
  ['identity', 'oauth', 'storage', 'output', 'apply', 'sandbox'],
  ['http'],
  ['edges'],
  ['files'],
  ['edges.ts', 'exact-json.ts'],
  ['environment.ts', 'error-code.ts', 'errors.ts', 'in-order.ts', 'once.ts', 'record.ts', 'well-known.ts'],
];
const ABOVE_ALL = ['renew.ts', 'program.ts', 'start.ts', 'main.ts'];

const source = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** Height of a module's line: what it may import has a greater number. */
function line(module) {
  if (ABOVE_ALL.includes(module)) return -1 - ABOVE_ALL.indexOf(module);
  const found = LINES.findIndex((folders) => folders.includes(folderOf(module)));
  if (found === -1) throw new Error(`src/${module} is in no folder that scripts/check-arrows.mjs knows`);
  return found;
}

function folderOf(module) {
  return module.split('/')[0];
}

/** The folder of an adapter: `flowkiwi` of `identity/flowkiwi/handle.ts`. */
function adapterOf(module) {
  return /^identity\/([^/]+)\//.exec(module)?.[1];
}

function isAllowed(from, to) {
  if (adapterOf(to) !== undefined && folderOf(from) === 'identity') return adapterOf(from) === adapterOf(to);
  if (folderOf(from) === folderOf(to)) return true;
  if (folderOf(to) === 'sandbox') return folderOf(from) === 'commands';
  // The doors alone reach for the real edges.
  if (folderOf(to) === 'edges') return ['start.ts', 'main.ts'].includes(from);
  return line(from) < line(to);
}

const problems = [];
for (const path of readdirSync(source, { recursive: true })) {
  const module = path.replaceAll('\\', '/');
  if (!module.endsWith('.ts')) continue;
  const text = readFileSync(join(source, module), 'utf8');
  for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport(?:\s*\()?)\s*'(\.[^']+)'/g)) {
    const imported = relative(source, join(source, dirname(module), specifier)).replaceAll('\\', '/');
    if (!isAllowed(module, imported)) problems.push(`src/${module} imports src/${imported}`);
  }
}
for (const problem of problems) console.error(`against the arrows: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
