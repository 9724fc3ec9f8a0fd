import { expect, test } from 'vitest';
import { browserCalls } from '../../src/edges/browser-variable.ts';

const URL = 'https://id.example/a?b=$&c=%25s';

/** Each call as one list: the program and its words. */
const calls = (variable: string, platform: NodeJS.Platform = 'linux') =>
  browserCalls(variable, URL, platform).map(({ program, words }) => [program, ...words]);

test.each<[variable: string, expected: readonly (readonly string[])[]]>([
  ['firefox', [['firefox', URL]]],
  ['  firefox ', [['firefox', URL]]],
  ['/usr/bin/firefox', [['/usr/bin/firefox', URL]]],
  ['firefox --new-window', [['firefox', '--new-window', URL]]],
  ['firefox --new-window %s --quiet', [['firefox', '--new-window', URL, '--quiet']]],
  ['app --url=%s', [['app', `--url=${URL}`]]],
  ['app %s %s', [['app', URL, URL]]],
  [`app -P 'my profile' "a 'b'" --name="c d"`, [['app', '-P', 'my profile', "a 'b'", '--name=c d', URL]]],
  [
    'w3m:links %s::lynx',
    [
      ['w3m', URL],
      ['links', URL],
      ['lynx', URL],
    ],
  ],
  [
    '/mnt/c/Program Files (x86)/Browser/browser.exe',
    [
      ['/mnt/c/Program Files (x86)/Browser/browser.exe', URL],
      ['/mnt/c/Program', 'Files', '(x86)/Browser/browser.exe', URL],
    ],
  ],
  [
    "'/opt/my browser/run' -x",
    [
      ["'/opt/my browser/run' -x", URL],
      ['/opt/my browser/run', '-x', URL],
    ],
  ],
  ['app; rm -rf $HOME & `id` | x > y', [['app;', 'rm', '-rf', '$HOME', '&', '`id`', '|', 'x', '>', 'y', URL]]],
  [' ', []],
  [':', []],
  ['""', []],
])('%s', (variable, expected) => {
  expect(calls(variable)).toEqual(expected);
});

test.each<[variable: string, expected: readonly (readonly string[])[]]>([
  ['firefox', [['firefox', URL]]],
  ['C:\\Browser\\browser.exe', [['C:\\Browser\\browser.exe', URL]]],
  [
    'C:\\Program Files\\Browser\\browser.exe',
    [
      ['C:\\Program Files\\Browser\\browser.exe', URL],
      ['C:\\Program', 'Files\\Browser\\browser.exe', URL],
    ],
  ],
])('on Windows: %s', (variable, expected) => {
  expect(calls(variable, 'win32')).toEqual(expected);
});
