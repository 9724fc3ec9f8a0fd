import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Imported {
  readonly path: string;
  readonly kind: string;
}

interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<
    Record<string, { readonly entryPoint?: string; readonly imports: readonly Imported[]; readonly inputs: object }>
  >;
}

const { inputs, outputs }: Metafile = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'dist', 'metafile.json'), 'utf8'));

/** What only some command lines use, by its modules; each is loaded by those lines alone. */
const PARTS = {
  csv: /(^|\/)csv[^/]*\.ts$|\/csv-(stringify|parse)\//,
  yaml: /\/output\/yaml\.ts$|node_modules\/yaml\//,
  questions: /\/context\/(questions|choices)\.ts$|\/output\/choice-rows\.ts$|\/@inquirer\//,
  spinner: /\/output\/spinner\.ts$|\/yocto-spinner\//,
  jq: /\/output\/jq-[^/]*\.ts$|\/edges\/jq[^/]*\.ts$|\/jq-wasm\//,
  'the file of a folder': /\/context\/(context-file|pins)\.ts$|\/files\/found-file\.ts$/,
  'signing in': /\/openid-client\/|\/oauth\/(flow|device)\.ts$/,
  manifests: /src\/apply\/manifest\//,
  sandbox: /src\/sandbox\//,
  'help topics': /\/help\/topics\.ts$/,
  completion: /src\/commands\/completion\//,
  database: /\/node-sqlite3-wasm\//,
} as const;

type Part = keyof typeof PARTS;

const ALL = Object.keys(PARTS).filter((name): name is Part => name in PARTS);

/** What each way into the program loads before it knows more than the name of the command, and what must not be among it. */
const WAYS: Readonly<Record<string, { readonly modules: readonly string[]; readonly without: readonly Part[] }>> = {
  '--version': { modules: ['src/main.ts'], without: ALL },
  'every command': { modules: ['src/main.ts', 'src/start.ts', 'src/context/context.ts'], without: ALL },
  'instance get': { modules: ['src/start.ts', 'src/context/context.ts', 'src/commands/instance/get.ts'], without: ALL },
  'instance list': { modules: ['src/start.ts', 'src/context/context.ts', 'src/commands/instance/list.ts'], without: ALL },
  'org create': { modules: ['src/start.ts', 'src/context/context.ts', 'src/commands/org/create.ts'], without: ALL },
  'auth status': { modules: ['src/start.ts', 'src/context/context.ts', 'src/commands/auth/status.ts'], without: ALL },
};

/** The modules in the chunk of each of these, and in all that those chunks load with them. */
function loadedWith(modules: readonly string[]): readonly string[] {
  const waiting = modules.map((module) => {
    const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === module);
    if (found === undefined) throw new Error(`${module} has no chunk of its own`);
    return found;
  });
  const chunks = new Set<string>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (chunks.has(next)) continue;
    chunks.add(next);
    waiting.push(...(outputs[next]?.imports ?? []).filter(({ kind }) => kind === 'import-statement').map(({ path }) => path));
  }
  return [...chunks].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

test.each(ALL)('%s is a part of the program', (part) => {
  expect(Object.keys(inputs).some((module) => PARTS[part].test(module))).toBe(true);
});

test.each(Object.entries(WAYS))('%s loads no part that it has no use for', (_, { modules, without }) => {
  const loaded = loadedWith(modules);
  expect(loaded).toEqual(expect.arrayContaining([...modules]));
  expect(without.flatMap((part) => loaded.filter((module) => PARTS[part].test(module)))).toEqual([]);
});
