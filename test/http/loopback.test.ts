import { expect, test } from 'vitest';
import { isLoopback, isThisMachine, lookup } from '../../src/http/loopback.ts';

const LOOPBACK = [
  'http://127.0.0.1/',
  'http://127.255.0.9/',
  'http://127.1/',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://127.0.0.1./',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f10:1]/',
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://acme.localhost/',
  'http://a.b.localhost./',
];
const UNSPECIFIED = ['http://0.0.0.0/', 'http://0/', 'http://[::]/', 'http://[::ffff:0.0.0.0]/'];
const ELSEWHERE = [
  'http://128.0.0.1/',
  'http://126.255.255.255/',
  'http://10.0.0.1/',
  'http://[::2]/',
  'http://[fe80::1]/',
  'http://[::ffff:128.0.0.1]/',
  'http://[2001:db8::7f00:1]/',
  'http://localhost.example/',
  'http://mylocalhost/',
  'http://127.0.0.1.example/',
  'http://localhost../',
];

test.each([
  ...LOOPBACK.map((url) => [url, true, true] as const),
  ...UNSPECIFIED.map((url) => [url, false, true] as const),
  ...ELSEWHERE.map((url) => [url, false, false] as const),
])('%s: loopback %s, this machine %s', (url, loopback, thisMachine) => {
  expect([isLoopback(new URL(url)), isThisMachine(new URL(url))]).toEqual([loopback, thisMachine]);
});

test.each(['acme.localhost', 'localhost.', 'acme.localhost.'])('%s is this machine, whatever a name server says', async (name) => {
  const addresses = await new Promise<readonly string[]>((resolve, reject) => {
    lookup(name, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve((Array.isArray(found) ? found : [{ address: found }]).map(({ address }) => address));
    });
  });
  expect(addresses.length).toBeGreaterThan(0);
  for (const address of addresses) expect(['127.0.0.1', '::1']).toContain(address);
});
