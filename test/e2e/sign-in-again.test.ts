import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox?.stop());

test('somebody else who signs in is told in whose place, and does not work in the organization of the other', async () => {
  const home = newHome();
  const options = { home, env: { FLOWKIWI_URL: sandbox.url } };
  const [one, two] = [await newMachine(sandbox), await newMachine(sandbox)];
  const signIn = async ({ keyFile }: { readonly keyFile: string }) => {
    const path = join(home, 'key.json');
    writeFileSync(path, keyFile, { mode: 0o600 });
    return flowkiwi(['login', '--key-file', path], options);
  };
  await signIn(one);
  await flowkiwi(['org', 'create', 'One Corp'], options);
  const again = await signIn(one);
  expect([again.status, again.stderr]).toEqual([0, expect.not.stringContaining('in place of')]);
  expect((await flowkiwi(['org', 'get'], options)).status).toBe(0);

  const other = await signIn(two);
  expect([other.status, other.stderr]).toEqual([0, expect.stringContaining(`in place of service account ${one.clientId}`)]);
  const refused = await flowkiwi(['org', 'get'], options);
  expect([refused.status, textError(refused).message]).toEqual([2, 'no organization is given, and none is current']);
});
