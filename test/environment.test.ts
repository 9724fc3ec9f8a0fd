import { expect, test } from 'vitest';
import { takeEnvironment } from '../src/environment.ts';

const SECRETS = {
  FLOWKIWI_TOKEN: 'a',
  FLOWKIWI_CLIENT_SECRET: 'b',
  FLOWKIWI_ID_TOKEN: 'c',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'd',
  ACTIONS_RUNTIME_TOKEN: 'e',
};
const OTHERS = { PATH: '/bin', DISPLAY: ':0', FLOWKIWI_URL: 'https://api.example', XDG_RUNTIME_DIR: '/run/user/1' };

test('secrets are taken, and left to nobody', () => {
  const own = { ...SECRETS, ...OTHERS };
  expect(takeEnvironment(own, 'linux')).toEqual({ ...SECRETS, ...OTHERS });
  expect(own).toEqual(OTHERS);
});

test('what is taken stays as it was', () => {
  const own: NodeJS.ProcessEnv = { CI: 'true' };
  const taken = takeEnvironment(own, 'linux');
  own['CI'] = 'false';
  expect(taken).toEqual({ CI: 'true' });
});

test('on Windows any spelling is one name, elsewhere it is another', () => {
  expect(takeEnvironment({ Flowkiwi_Profile: 'acme' }, 'win32')['FLOWKIWI_PROFILE']).toBe('acme');
  expect(takeEnvironment({ Flowkiwi_Profile: 'acme' }, 'linux')['FLOWKIWI_PROFILE']).toBeUndefined();
});
