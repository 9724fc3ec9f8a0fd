import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'check-arrows.mjs');

/** What is said of a source folder with one module of this text. */
function check(module: string, text: string): { readonly status: number | null; readonly stderr: string } {
  const source = mkdtempSync(join(tmpdir(), 'flowkiwi-arrows-'));
  mkdirSync(join(source, dirname(module)), { recursive: true });
  writeFileSync(join(source, module), text);
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, source], { encoding: 'utf8' });
  return { status, stderr };
}

test.each([
  ['commands/org/get.ts', "import { x } from '../../identity/flowkiwi/handle.ts';"],
  ['context/context.ts', "import { x } from '../identity/flowkiwi/handle.ts';"],
  ['identity/flowkiwi/handle.ts', "import { x } from './text.ts';"],
  ['identity/flowkiwi/handle.ts', "import { x } from '../name.ts';\nimport '../../errors.ts';"],
  ['commands/sandbox/start.ts', "const x = import('../../sandbox/server.ts');"],
  ['http/client.ts', "import 'undici';"],
])('%s may say %j', (module, text) => {
  expect(check(module, text)).toEqual({ status: 0, stderr: '' });
});

test.each([
  ['identity/flowkiwi/handle.ts', "import { x } from '../zitadel/handle.ts';", 'identity/zitadel/handle.ts'],
  ['identity/session.ts', "import { x } from './flowkiwi/handle.ts';", 'identity/flowkiwi/handle.ts'],
  ['http/client.ts', "import '../context/context.ts';", 'context/context.ts'],
  ['http/client.ts', "const x = import('../context/context.ts');", 'context/context.ts'],
  ['http/client.ts', "const x = import(\n  '../context/context.ts'\n);", 'context/context.ts'],
  ['http/client.ts', "export * from '../context/context.ts';", 'context/context.ts'],
  ['output/json.ts', "import { x } from '../storage/config.ts';", 'storage/config.ts'],
  ['context/context.ts', "import { x } from '../sandbox/server.ts';", 'sandbox/server.ts'],
])('%s must not say %j', (module, text, imported) => {
  expect(check(module, text)).toEqual({ status: 1, stderr: `against the arrows: src/${module} imports src/${imported}\n` });
});
