import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const BIOME = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

/** What one of the lint's own rules says about each piece of code; undefined for one that it takes. */
export function complaints(rule: string, code: readonly string[]): readonly (string | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-lint-'));
  const plugins = [join(ROOT, 'scripts', rule)];
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, plugins, linter: { rules: { preset: 'none' } } }));
  for (const [index, text] of code.entries()) writeFileSync(join(folder, `${index}.ts`), `${text}\n`);
  const words = [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  const diagnostics: readonly { readonly message: string; readonly location: { readonly path: string } }[] = JSON.parse(stdout).diagnostics;
  return code.map((_, index) => diagnostics.find(({ location }) => location.path.split(/[\\/]/).at(-1) === `${index}.ts`)?.message);
}
