import { expect, test } from 'vitest';
import { pathBeforeMsys } from '../../../src/commands/api/rewritten-path.ts';
import type { Environment } from '../../../src/environment.ts';

const GIT = { MSYSTEM: 'MINGW64', EXEPATH: 'C:\\Program Files\\Git\\bin', SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' };

test.each<[path: string, env: Environment, meant: string]>([
  ['C:/Program Files/Git/api/organizations', GIT, '/api/organizations'],
  ['C:/Program Files/Git/api/organizations?page=2', GIT, '/api/organizations?page=2'],
  ['C:/Program Files/Git/anything/api/x', GIT, '/anything/api/x'],
  ['c:/program files/git/api/x', GIT, '/api/x'],
  ['C:/Program Files/Git/api/x', { EXEPATH: 'C:\\Program Files\\Git' }, '/api/x'],
  ['C:/msys64/api/x', { MSYSTEM_PREFIX: 'C:/msys64/ucrt64' }, '/api/x'],
  ['D:/tools/api/msys64/api/x', { MINGW_PREFIX: 'D:/tools/api/msys64/mingw64' }, '/api/x'],
  ['C:/Users/Jane/scoop/apps/git/current/api/x', { SHELL: 'C:\\Users\\Jane\\scoop\\apps\\git\\current\\usr\\bin\\bash.exe' }, '/api/x'],
  // Without a word of it in the environment.
  ['C:/Program Files/Git/api/organizations', {}, '/api/organizations'],
  ['C:/Program Files/Git/rest/api/products', {}, '/rest/api/products'],
  ['C:/msys64/admin/v1/orgs/_search', {}, '/admin/v1/orgs/_search'],
  ['C:/Git/.well-known/openid-configuration', {}, '/.well-known/openid-configuration'],
])('%s with %j was %s', (path, env, meant) => {
  expect(pathBeforeMsys(path, env)).toBe(meant);
});

test.each(['/api/organizations', 'api/organizations', 'https://api.example/api/x', 'C:/Program Files/Git/other', 'c:api', ''])(
  '%s is what was typed',
  (path) => {
    expect(pathBeforeMsys(path, {})).toBeUndefined();
  },
);
