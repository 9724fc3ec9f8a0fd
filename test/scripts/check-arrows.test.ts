import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'check-arrows.mjs');

/** What is said of a source folder with these modules. */
function check(modules: Readonly<Record<string, string>>): { readonly status: number | null; readonly stderr: string } {
  const source = mkdtempSync(join(tmpdir(), 'flowkiwi-arrows-'));
  for (const [module, text] of Object.entries(modules)) {
    mkdirSync(join(source, dirname(module)), { recursive: true });
    writeFileSync(join(source, module), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, source], { encoding: 'utf8' });
  return { status, stderr };
}

test.each([
  ['commands/org/get.ts', "import { x } from '../../identity/flowkiwi/handle.ts';"],
  ['commands/org/get.ts', "import { x } from './find.ts';\nimport { y } from '../kit/option.ts';\nimport '../help/topics.ts';"],
  ['commands/index.ts', "import { x } from './org/get.ts';"],
  ['commands/tree/tree.ts', "import { x } from '../org/known.ts';"],
  ['context/context.ts', "import { x } from '../identity/flowkiwi/handle.ts';"],
  ['apply/runner.ts', "import { x } from '../identity/ensure.ts';"],
  ['identity/flowkiwi/handle.ts', "import { x } from './text.ts';"],
  ['identity/flowkiwi/handle.ts', "import { x } from '../name.ts';\nimport '../../errors.ts';"],
  ['commands/sandbox/start.ts', "const x = import('../../sandbox/server.ts');"],
  ['http/client.ts', "import 'undici';"],
])('%s may say %j', (module, text) => {
  expect(check({ [module]: text })).toEqual({ status: 0, stderr: '' });
});

test.each([
  ['identity/flowkiwi/handle.ts', "import { x } from '../zitadel/handle.ts';", 'identity/zitadel/handle.ts'],
  ['identity/session.ts', "import { x } from './flowkiwi/handle.ts';", 'identity/flowkiwi/handle.ts'],
  ['http/client.ts', "import '../context/context.ts';", 'context/context.ts'],
  ['http/client.ts', "import type { X } from '../context/context.ts';", 'context/context.ts'],
  ['http/client.ts', "type X = typeof import('../context/context.ts');", 'context/context.ts'],
  ['http/client.ts', "const x = import('../context/context.ts');", 'context/context.ts'],
  ['http/client.ts', "const x = import(\n  '../context/context.ts'\n);", 'context/context.ts'],
  ['http/client.ts', "export * from '../context/context.ts';", 'context/context.ts'],
  ['output/json.ts', "import { x } from '../storage/config.ts';", 'storage/config.ts'],
  ['context/context.ts', "import { x } from '../sandbox/server.ts';", 'sandbox/server.ts'],
  ['apply/runner.ts', "import { x } from '../context/context.ts';", 'context/context.ts'],
  ['commands/kit/option.ts', "import { x } from '../help/topics.ts';", 'commands/help/topics.ts'],
  ['commands/kit/option.ts', "import type { X } from '../org/get.ts';", 'commands/org/get.ts'],
  ['commands/help/show.ts', "const x = import('../index.ts');", 'commands/index.ts'],
  ['commands/org/get.ts', "import { x } from '../api/fields.ts';", 'commands/api/fields.ts'],
  ['commands/org/get.ts', "import { x } from '../index.ts';", 'commands/index.ts'],
])('%s must not say %j', (module, text, imported) => {
  expect(check({ [module]: text })).toEqual({ status: 1, stderr: `against the arrows: src/${module} imports src/${imported}\n` });
});

test('modules that import each other are a circle, whatever they import', () => {
  const modules = {
    'output/table.ts': "import { x } from './ruler.ts';",
    'output/ruler.ts': "const x = import('./graphemes.ts');",
    'output/graphemes.ts': "import type { X } from './table.ts';",
  };
  const { status, stderr } = check(modules);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^in a circle: (src\/output\/\w+\.ts imports ){3}src\/output\/\w+\.ts\n$/);
});
