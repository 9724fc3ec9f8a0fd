// Packages of our dependencies that a module of ours takes the place of, in what is shipped as in the tests.
import { fileURLToPath } from 'node:url';

export const REPLACED_PACKAGES = {
  atomically: fileURLToPath(new URL('../src/storage/atomically.ts', import.meta.url)),
};
