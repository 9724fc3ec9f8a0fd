import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';

/** `npm run test:storms`: the storms alone, at their whole size, and one at a time. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/attack/*-storm.test.ts', 'test/e2e/signals.test.ts', 'test/zitadel/instances.test.ts'],
    fileParallelism: false,
    env: { STORM: 'whole' },
  },
});
