import { defineConfig } from 'vitest/config';
import { REPLACED_PACKAGES } from './scripts/replaced-packages.mjs';
import { needTags } from './test/support/needs.mts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/examples/**', 'test/interop/**'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', 'test/support/skipped-tests.ts'],
    tags: needTags(),
    // For a test that hangs. What a busy machine takes is far less, and is not what is tested.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // More than the cores that there may be: most tests wait for a process, a page or a clock.
    maxWorkers: 4,
    // Tests keep to themselves: most of what they load is loaded once for all.
    isolate: false,
    // What is not inlined keeps its own dependencies.
    alias: REPLACED_PACKAGES,
    server: { deps: { inline: ['conf'] } },
  },
});
