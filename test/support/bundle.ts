import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { REPLACED_PACKAGES } from '../../scripts/replaced-packages.mjs';

/** A TypeScript file made into a program that Node runs, for tests that need several real processes. */
export interface Program {
  readonly path: string;
  /** Runs it to its end, and resolves to its output. Rejects when it fails. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function bundle(entry: string): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'flowkiwi-program-'));
  const path = join(folder, 'program.cjs');
  await build({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    alias: REPLACED_PACKAGES,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    logLevel: 'error',
  });
  return {
    path,
    run: async (...args) => {
      const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += String(chunk);
      });
      const [status] = await once(child, 'close');
      if (status !== 0) throw new Error(`${entry} ended with ${status}`);
      return output;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
