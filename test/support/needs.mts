import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import * as module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestTagDefinition } from 'vitest/config';
import { HOW_TO_INSTALL, missingPrograms, PROGRAM_NAMES, PROGRAMS, type Program } from './programs.mjs';

// A test says what it needs of the machine by tags: `test('…', { tags: ['tmux', 'root'] }, …)`, `describe` in the same way, and a whole file
// by comments, as `// @module-tag tmux`. It is skipped where that is missing, and so are the hooks of a file or a `describe` without other tests.

/** What a test may need besides programs. */
const CONDITIONS = {
  linux: { words: 'Linux', for: 'what /proc tells', holds: () => process.platform === 'linux' },
  root: { words: 'root', for: 'files of several users', holds: () => process.getuid?.() === 0 },
  'compile-cache': {
    words: 'Node.js 22.1 or later',
    for: 'the compiled code that Node.js keeps',
    holds: () => 'enableCompileCache' in module,
  },
  'node-sqlite': {
    words: 'Node.js 22.13 or later',
    for: 'a database that other programs can read meanwhile',
    holds: () => module.isBuiltin('node:sqlite'),
  },
  'wasm-sqlite': {
    words: 'Node.js before 22.13',
    for: 'SQLite in WebAssembly, whose lock others do not see',
    holds: () => !module.isBuiltin('node:sqlite'),
  },
  mounting: { words: 'the permission to mount', for: 'a file that cannot be replaced', holds: canMount },
};

type Condition = keyof typeof CONDITIONS;

declare module 'vitest' {
  interface TestTags {
    needs: Program | Condition;
  }
}

const CONDITION_NAMES = Object.keys(CONDITIONS).filter(isCondition);

/** The tags whose need is missing on this machine. */
export const MISSING: ReadonlySet<string> = new Set([...missingPrograms(), ...CONDITION_NAMES.filter((name) => !CONDITIONS[name].holds())]);

/** What a tag stands for, as in "needs root". */
export function wordsFor(tag: string): string {
  return isCondition(tag) ? CONDITIONS[tag].words : tag;
}

/** The tags for the configuration of the test runner: they skip the tests whose need is missing. */
export function needTags(): TestTagDefinition[] {
  return [
    ...PROGRAM_NAMES.map((name) => ({ name, description: PROGRAMS[name].for, ...skippedIf(MISSING.has(name)) })),
    ...CONDITION_NAMES.map((name) => ({ name, description: CONDITIONS[name].for, ...skippedIf(MISSING.has(name)) })),
  ];
}

/** What a tag says of its tests. Of several tags the last one that says something wins, so what is there says nothing. */
export function skippedIf(isMissing: boolean): { readonly skip?: true } {
  return isMissing ? { skip: true } : {};
}

/** Throws when a program is missing and `TEST_REQUIRE_ALL` is set, as in CI, where nobody would notice that tests are skipped. */
export function requirePrograms(): void {
  if (!process.env['TEST_REQUIRE_ALL']) return;
  const missing = missingPrograms().map((name) => `${name} (package ${PROGRAMS[name].package})`);
  if (missing.length > 0)
    throw new Error(`TEST_REQUIRE_ALL is set, and these programs are missing: ${missing.join(', ')} · ${HOW_TO_INSTALL}`);
}

function isCondition(name: string): name is Condition {
  return Object.hasOwn(CONDITIONS, name);
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-mount-'));
  try {
    execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
