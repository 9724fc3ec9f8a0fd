import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.mts';
import { skippedIf } from '../support/needs.mts';
import {
  CLIENT_NAMES,
  type ClientName,
  chosenServers,
  isChosenClient,
  MISSING,
  MISSING_CLIENTS,
  SERVER_NAMES,
  type ServerName,
} from './runtimes.mjs';

declare module 'vitest' {
  interface TestTags {
    servers: ServerName;
    clients: ClientName;
  }
}

/** `npm run test:interop`: sign-in at servers that nobody here wrote, and clients of others at the sandbox. A test has the name of its server or client as a tag. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/interop/*.test.ts'],
    exclude: [],
    globalSetup: ['test/interop/global-setup.ts'],
    tags: [
      // A server may have the name of its program.
      ...(base.test?.tags ?? []).filter(({ name }) => !SERVER_NAMES.some((server) => server === name)),
      ...SERVER_NAMES.map((name) => ({ name, ...skippedIf(!chosenServers().includes(name) || MISSING[name]() !== undefined) })),
      ...CLIENT_NAMES.map((name) => ({ name, ...skippedIf(!isChosenClient(name) || MISSING_CLIENTS[name]() !== undefined) })),
    ],
    // The servers keep the processors busy.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
