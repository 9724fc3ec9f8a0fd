import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';

/** `npm run test:fuzz`: these tests alone, with 40,000 cases for each of three, and 10,000 for those about numbers and names. */
export default defineConfig({
  test: { ...base.test, include: ['test/fuzz/*.test.ts'], env: { FUZZ_CASES: process.env['FUZZ_CASES'] ?? '40000' } },
});
