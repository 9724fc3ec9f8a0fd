import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';

/** `npm run test:examples`: every example of every command, run as it stands in the help, and every block of the README. */
export default defineConfig({ test: { ...base.test, include: ['test/examples/*.test.ts'], exclude: [] } });
