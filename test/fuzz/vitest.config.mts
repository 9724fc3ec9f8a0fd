import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';

/** `npm run test:fuzz`: these tests alone, with very many cases. */
export default defineConfig({
  test: { ...base.test, include: ['test/fuzz/*.test.ts'], env: { FUZZ_CASES: process.env['FUZZ_CASES'] ?? '50000' } },
});
