import { expect, test } from 'vitest';
import { startServer } from '../../support/servers/sandbox-authorization-server.ts';
import { asObject } from '../../support/servers/sandbox-in-memory.ts';

test('without room to keep what it issues it says so with 503, as long as there is none', async () => {
  const server = await startServer();
  const begin = async () => {
    const response = await fetch(`${server.issuer}/oauth/device_authorization`, {
      method: 'POST',
      // Long, so that it needs new pages.
      body: new URLSearchParams({ client_id: 'flowkiwi-cli', scope: 'openid', nonce: 'x'.repeat(20_000) }),
    });
    return [response.status, asObject(await response.json())['error']];
  };
  expect(await begin()).toEqual([200, undefined]);
  const [pages] = server.database.all('PRAGMA page_count');
  server.database.all(`PRAGMA max_page_count = ${pages?.['page_count']}`);
  expect([await begin(), await begin(), server.errors]).toEqual([[503, 'temporarily_unavailable'], [503, 'temporarily_unavailable'], []]);
  server.database.all('PRAGMA max_page_count = 1000000');
  expect(await begin()).toEqual([200, undefined]);
});
