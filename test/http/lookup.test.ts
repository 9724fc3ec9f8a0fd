import { expect, test } from 'vitest';
import { lookup } from '../../src/http/lookup.ts';

test('a name beneath localhost is this machine, whatever a name server says', async () => {
  const addresses = await new Promise<readonly string[]>((resolve, reject) => {
    lookup('acme.localhost', { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve((Array.isArray(found) ? found : [{ address: found }]).map(({ address }) => address));
    });
  });
  expect(addresses.length).toBeGreaterThan(0);
  for (const address of addresses) expect(['127.0.0.1', '::1']).toContain(address);
});
