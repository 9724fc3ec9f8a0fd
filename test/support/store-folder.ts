import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StoreOptions } from '../../src/storage/versioned-file.ts';
import { realClock } from './clocks.ts';
import { textOf } from './failure.ts';

/** A folder of a user that does not exist yet, with what the files in it need; `warnings` collects what they say. */
export function newStore(): StoreOptions & { readonly warnings: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'flowkiwi-storage-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const warnings: string[] = [];
  return {
    directory: join(root, 'flowkiwi'),
    platform: process.platform,
    clock: realClock,
    warn: (text) => void warnings.push(textOf(text)),
    warnings,
  };
}
