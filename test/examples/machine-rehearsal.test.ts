import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { environmentOf, FLOWKIWI, newHome } from '../support/flowkiwi.ts';

/** A job that signs in by itself: it has no token, and keeps none. */
const JOB = `set -e
  test -z "$FLOWKIWI_TOKEN"
  "$NODE" "$FLOWKIWI" whoami --check --fields source
  "$NODE" "$FLOWKIWI" org create "Acme Corp" -q > /dev/null
  "$NODE" "$FLOWKIWI" org list --fields name
  test ! -e "$FLOWKIWI_CONFIG_DIR/credentials.json"`;

test.each([
  ['flowkiwi', 'secret', 'FLOWKIWI_CLIENT_SECRET\nAcme Corp\n'],
  ['flowkiwi', 'key', 'FLOWKIWI_KEY_FILE\nAcme Corp\n'],
  ['flowkiwi', 'oidc', 'FLOWKIWI_OIDC\nAcme Corp\n'],
  ['zitadel', 'secret', 'FLOWKIWI_CLIENT_SECRET\nAcme Corp\nSandbox\n'],
  ['zitadel', 'key', 'FLOWKIWI_KEY_FILE\nAcme Corp\nSandbox\n'],
])("a job's own sign-in at %s with its %s is rehearsed", (provider, machine, stdout) => {
  const home = newHome();
  const args = ['sandbox', 'exec', '--provider', provider, '--machine', machine, '--', 'sh', '-c', JOB];
  const env = { ...environmentOf(home), NODE: process.execPath, FLOWKIWI };
  expect(spawnSync(process.execPath, [FLOWKIWI, ...args], { env, encoding: 'utf8' })).toMatchObject({ status: 0, stdout });
});
