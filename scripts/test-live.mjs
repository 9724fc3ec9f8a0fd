// Runs every verb of the ZITADEL provider through the built command, against a real server or the sandbox; docs/zitadel.md says how. What it runs
// is written in TypeScript, which the oldest Node.js does not read: it is bundled first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-live-script-'));
try {
  const outfile = join(folder, 'live.mjs');
  await build({
    entryPoints: [join(root, 'test', 'live', 'live.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const { live } = await import(pathToFileURL(outfile).href);
  process.exitCode = await live(process.argv.slice(2), join(root, 'bin', 'flowkiwi.js'), (line) => console.log(line));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
