import { expect, test } from 'vitest';
import { helpWith } from '../../src/hint.ts';
import { readDeviceAuthorization } from '../../src/oauth/device-authorization.ts';

const LOCAL = 'http://127.0.0.1:8787/device';
const ELSEWHERE = 'https://id.example/device';

function read(server: string, uris: Readonly<Record<string, unknown>>) {
  const body = JSON.stringify({ device_code: 'd', user_code: 'AB-CD', ...uris });
  return readDeviceAuthorization({ status: 200, headers: {}, body, url: new URL(server) });
}

test.each([
  [ELSEWHERE, 'https://id.example/device'],
  [ELSEWHERE, 'https://another.example/device'],
  [LOCAL, 'http://127.0.0.1:8787/device'],
  [LOCAL, 'http://localhost:3000/device'],
  [LOCAL, 'https://id.example/device'],
])('a server at %s may send a person to %s', (server, uri) => {
  expect(read(server, { verification_uri: uri, verification_uri_complete: `${uri}?user_code=AB-CD` })).toMatchObject({
    verificationUri: uri,
    verificationUriComplete: `${uri}?user_code=AB-CD`,
  });
});

const HOSTILE = [
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'http://id.example/device',
  'http://127.0.0.1.evil.example/',
  'https://id.example@evil.example/',
  'https://user:password@id.example/',
  'https://id.example/\nerror: forged',
  'https://id.exa\tmple/',
  ' https://id.example/',
  'https://id.example/\u001b[2J',
  'https://id.example/\u009b2J',
  '//id.example/device',
  '-https://id.example/',
  '--help',
  7,
  ['https://id.example/'],
];

test.each(HOSTILE)('nobody is sent to %j', (uri) => {
  const refusal = expect.objectContaining({ code: 'auth', hint: helpWith('sign in with a browser', 'login', '--browser') });
  expect(() => read(LOCAL, { verification_uri: uri })).toThrow(refusal);
  expect(() => read(LOCAL, { verification_uri: LOCAL, verification_uri_complete: uri })).toThrow(refusal);
});

test.each([
  'http://127.0.0.1:631/jobs',
  'http://[::1]/',
  'https://localhost/admin',
  'https://localhost./admin',
  'https://0.0.0.0/admin',
  'https://[::ffff:127.0.0.1]/admin',
])('a server elsewhere sends nobody to %s', (uri) => {
  const refusal = 'the page it names for entering the code is on this machine';
  expect(() => read(ELSEWHERE, { verification_uri: uri })).toThrow(refusal);
  expect(() => read(ELSEWHERE, { verification_uri: ELSEWHERE, verification_uri_complete: uri })).toThrow(refusal);
});
