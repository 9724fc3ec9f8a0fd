// Fails when a module of src/ imports against the direction of the arrows, or in a circle. Types and dynamic imports count as any other:
// who needs a type has to know where it is at home. Looks at another source folder when one is given.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The floors of the house, from the top: each module may import from the floors beneath its own, never from a neighbour on the same one. */
const FLOORS = [
  ['main.ts'],
  ['start.ts'],
  ['program.ts', 'renew.ts'],
  ['commands'],
  ['context', 'apply'],
  ['identity', 'oauth', 'storage', 'output', 'sandbox'],
  ['http'],
  ['files', 'edges'],
  ['decoded-text.ts', 'incoming-text.ts', 'machine-fault.ts'],
  ['edges.ts', 'errors.ts', 'exact-json.ts', 'json-writer.ts'],
  ['environment.ts', 'error-code.ts', 'hint.ts', 'in-order.ts', 'once.ts', 'ordered-record.ts', 'record.ts', 'well-known.ts'],
];

/** Within commands/: the list of all commands, the nouns, the help that tells about them, and what a command is. */
const COMMAND_FLOORS = [['index.ts'], 'nouns', ['help'], ['kit']];

/** Which nouns use what other nouns are made of. */
const KNOWN_NOUNS = {
  api: ['org'],
  app: ['auth', 'org'],
  instance: ['org'],
  open: ['instance', 'org', 'sandbox'],
  doctor: ['auth', 'completion'],
  onboard: ['app', 'auth', 'instance', 'org', 'tree'],
  profile: ['app', 'auth'],
  sandbox: ['apply'],
  tree: ['instance', 'org'],
};

const source = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** `identity` of `identity/flowkiwi/handle.ts`, `record.ts` of itself. */
function roomOf(module) {
  return module.split('/')[0];
}

function floorOf(module) {
  const found = FLOORS.findIndex((rooms) => rooms.includes(roomOf(module)));
  if (found === -1) throw new Error(`src/${module} is in no folder that scripts/check-arrows.mjs knows`);
  return found;
}

/** `org` of `commands/org/get.ts`. */
function nounOf(module) {
  return module.split('/')[1];
}

function commandFloorOf(module) {
  const found = COMMAND_FLOORS.findIndex((rooms) => rooms.includes(nounOf(module)));
  return found === -1 ? COMMAND_FLOORS.indexOf('nouns') : found;
}

/** The folder of an adapter: `flowkiwi` of `identity/flowkiwi/handle.ts`. */
function adapterOf(module) {
  return /^identity\/([^/]+)\//.exec(module)?.[1];
}

function isAllowed(from, to) {
  const [room, imported] = [roomOf(from), roomOf(to)];
  // Adapters are known neither to each other nor to the rest of the domain.
  if (adapterOf(to) !== undefined && room === 'identity') return adapterOf(from) === adapterOf(to);
  if (room === 'commands' && imported === 'commands') return isAllowedAmongCommands(from, to);
  if (room === imported) return true;
  // What the package exports is a door, too: it reads manifests.
  if (from.startsWith('sandbox/library/') && imported === 'apply') return true;
  // Only the commands start the sandbox, and only the door reaches for the real edges.
  if (imported === 'sandbox') return room === 'commands';
  if (imported === 'edges') return ['start.ts', 'main.ts'].includes(room);
  return floorOf(from) < floorOf(to);
}

function isAllowedAmongCommands(from, to) {
  const [noun, imported] = [nounOf(from), nounOf(to)];
  return noun === imported || commandFloorOf(from) < commandFloorOf(to) || (KNOWN_NOUNS[noun] ?? []).includes(imported);
}

/** Every module with those of src/ that it imports. */
function readModules() {
  const modules = new Map();
  for (const path of readdirSync(source, { recursive: true })) {
    const module = path.replaceAll('\\', '/');
    if (!module.endsWith('.ts')) continue;
    const text = readFileSync(join(source, module), 'utf8');
    const imports = [...text.matchAll(/(?:\bfrom|\bimport(?:\s*\()?)\s*'(\.[^']+)'/g)].map(([, specifier]) =>
      relative(source, join(source, dirname(module), specifier)).replaceAll('\\', '/'),
    );
    modules.set(module, [...new Set(imports)]);
  }
  return modules;
}

/** Each circle once, as the modules that it goes through. */
function circles(modules) {
  const [found, done] = [[], new Set()];
  const walk = (module, path) => {
    if (path.includes(module)) found.push(path.slice(path.indexOf(module)));
    if (done.has(module) || path.includes(module)) return;
    for (const imported of modules.get(module) ?? []) walk(imported, [...path, module]);
    done.add(module);
  };
  for (const module of modules.keys()) walk(module, []);
  return found;
}

const modules = readModules();
const problems = [...modules].flatMap(([module, imports]) =>
  imports.filter((imported) => !isAllowed(module, imported)).map((imported) => `against the arrows: src/${module} imports src/${imported}`),
);
for (const circle of circles(modules))
  problems.push(`in a circle: ${[...circle, circle[0]].map((module) => `src/${module}`).join(' imports ')}`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
