import { expect, test } from 'vitest';
import { shownPath } from '../../../src/sandbox/requests/shown-path.ts';

test.each([
  ['/api/organizations', '/api/organizations'],
  ['/api/organizations/1/instances?page=2&handle=a%20b', '/api/organizations/1/instances?page=2&handle=a b'],
  ['/api/organizations/1/instances?order%5Bname%5D=asc', '/api/organizations/1/instances?order[name]=asc'],
  ['/api/organizations/1?access_token=secret', '/api/organizations/1'],
  ['/api/organizations/1?page=1&access_token=secret', '/api/organizations/1?page=1'],
  ['/oauth/authorize?state=secret&page=1', '/oauth/authorize'],
  ['/oauth/device?user_code=ABCD-EFGH', '/oauth/device'],
  ['/oauth/interaction/secret/login', '/oauth/interaction/…'],
  ['/oauth/authorize/secret', '/oauth/authorize/…'],
  ['/?code=secret', '/'],
  ['', ''],
  [`/${'a'.repeat(400)}`, `/${'a'.repeat(299)}…`],
])('%s', (target, shown) => {
  expect(shownPath(target)).toBe(shown);
});
