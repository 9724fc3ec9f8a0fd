import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startBehindGateway, startProcess } from '../running-server.ts';
import { DEBIAN_PYTHON } from '../runtimes.mjs';

/** django-oauth-toolkit, with a person, a public client for browsers, and one for machines. */
export function startDjango(): Promise<RunningServer> {
  return startBehindGateway({
    start: async (_origin, port) => {
      const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-django-'));
      return startProcess(DEBIAN_PYTHON, [join(import.meta.dirname, 'django-oauth-toolkit.py'), folder, String(port)]);
    },
    readyAt: '/o/.well-known/openid-configuration/',
    prepare: async (_direct, origin) => ({
      name: 'django-oauth-toolkit',
      origin,
      issuer: `${origin}/o`,
      clientId: 'flowkiwi-cli',
      machine: { id: 'machine', secret: 'the-secret-of-the-machine-at-Django' },
      loginFlags: ['--scope', 'openid'],
    }),
  });
}
