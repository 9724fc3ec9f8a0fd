import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { flowkiwi, newHome } from '../support/flowkiwi.ts';
import { rsa, text, withPem } from '../support/keys.ts';

const ADD = ['profile', 'add', 'x', '--provider', 'zitadel', '--url', 'https://zitadel.example', '--system-user', 'provisioning'];

describe.concurrent('a private key that cannot be used is refused with the same words, whatever it is for', () => {
  const publicKey = text(rsa.publicKey.export({ type: 'spki', format: 'pem' }));

  test.each<[what: string, content: string, problem: string]>([
    [
      'an RSA key of 1,024 bits',
      withPem(generateKeyPairSync('rsa', { modulusLength: 1024 })).pem,
      'is too short: 1024 bits, of the 2048 at least that it needs',
    ],
    ['a public key', publicKey, 'is a public key'],
    ['half a key', rsa.pem.slice(0, 400), 'is damaged'],
  ])('%s', async (_what, content, problem) => {
    const file = join(newHome(), 'key.pem');
    writeFileSync(file, content, { mode: 0o600 });
    const [login, added] = await Promise.all([
      flowkiwi(['login', '--key-file', file], { env: { FLOWKIWI_URL: 'http://127.0.0.1:9' } }),
      flowkiwi([...ADD, '--system-key', file]),
    ]);
    expect([login.status, textError(login).message]).toEqual([2, `the key file ${file} ${problem}`]);
    expect([added.status, textError(added).message]).toEqual([2, `--system-key: ${file} ${problem}`]);
    expect(textError(login).hint).toBe(textError(added).hint);
  });

  test('a key with a byte order mark is read', async () => {
    const home = newHome();
    const file = join(home, 'key.pem');
    writeFileSync(file, `\uFEFF${rsa.pem}`, { mode: 0o600 });
    expect(await flowkiwi([...ADD, '--system-key', file], { home })).toMatchObject({ status: 0 });
  });
});
