import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type CommandLine, flowkiwi, helpWith, moveAway } from '../../src/hint.ts';
import { commandText, hintText, type Shell, shellOf } from '../../src/output/command-text.ts';

const rendered = (line: CommandLine, shell: Shell = 'posix', profile?: string) => commandText(line, { shell, profile });

test.each<[NodeJS.Platform, Record<string, string>, Shell]>([
  ['linux', {}, 'posix'],
  ['darwin', { SHELL: '/bin/zsh' }, 'posix'],
  ['linux', { PSModulePath: '/opt/microsoft/powershell/7/Modules' }, 'powershell'],
  ['win32', { ComSpec: 'C:\\Windows\\system32\\cmd.exe', PSModulePath: 'C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules' }, 'cmd'],
  ['win32', {}, 'cmd'],
  ['win32', { PSModulePath: 'C:\\Users\\jane\\Documents\\WindowsPowerShell\\Modules;C:\\Windows\\system32\\Modules' }, 'powershell'],
  ['win32', { PSMODULEPATH: 'C:\\a;C:\\b;C:\\c' }, 'powershell'],
  ['win32', { MSYSTEM: 'MINGW64', PSModulePath: 'C:\\a;C:\\b;C:\\c' }, 'posix'],
  ['win32', { SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' }, 'posix'],
])('on %s with %j, the shell is %s', (platform, env, shell) => {
  expect(shellOf(env, platform)).toBe(shell);
});

/** A word, and how each shell has to be given it; null where it must not be suggested. */
test.each<[string, string | null, string | null, string | null]>([
  ['acme-eu', 'acme-eu', 'acme-eu', 'acme-eu'],
  ['--org', '--org', '--org', '--org'],
  ['--', '--', '"--"', '--'],
  ['/api/organizations', '/api/organizations', '/api/organizations', '/api/organizations'],
  ['', "''", "''", '""'],
  ['Acme Corp', '"Acme Corp"', '"Acme Corp"', '"Acme Corp"'],
  ['Änne & Söhne', '"Änne & Söhne"', '"Änne & Söhne"', '"Änne & Söhne"'],
  ["Jane's", '"Jane\'s"', '"Jane\'s"', '"Jane\'s"'],
  ['a,b', 'a,b', '"a,b"', 'a,b'],
  ['--a=b.c', '--a=b.c', '"--a=b.c"', '--a=b.c'],
  ['@args', '"@args"', '"@args"', '"@args"'],
  ['$(touch x)', "'$(touch x)'", "'$(touch x)'", '"$(touch x)"'],
  ['`x`', "'`x`'", "'`x`'", '"`x`"'],
  ["'$x'", "''\\''$x'\\'''", "'''$x'''", '"\'$x\'"'],
  ['’$x', "'’$x'", "'’’$x'", '"’$x"'],
  ['a"b', "'a\"b'", null, null],
  ['%PATH%', "'%PATH%'", "'%PATH%'", null],
  ['a!b', "'a!b'", "'a!b'", null],
  ['a^b', "'a^b'", "'a^b'", null],
  ['C:\\a b\\', "'C:\\a b\\'", "'C:\\a b\\'", '"C:\\a b\\\\"'],
  ['a\nb', null, null, null],
  ['a\x1bb', null, null, null],
  ['a\u202eb', null, null, null],
])('the word %j', (word, posix, powershell, cmd) => {
  const line = (shell: Shell) => rendered({ program: 'p', words: [word] }, shell) ?? null;
  expect([line('posix'), line('powershell'), line('cmd')]).toEqual([posix, powershell, cmd].map((text) => text && `p ${text}`));
});

test.each([
  'acme-eu',
  'Acme Corp',
  "Jane's",
  '$(echo no)',
  '`echo no`',
  '"; echo no; "',
  "'; echo no; '",
  'a\\b\\',
  '*',
  '~',
  '!!',
  '$HOME',
  'a & b | c > d',
])('sh reads back the word %j', (word) => {
  const text = rendered({ program: 'printf', words: ['%s', word] });
  expect(execFileSync('sh', ['-c', text ?? ''], { encoding: 'utf8' })).toBe(word);
});

test.each([
  ['0196f3a0-1111-7000-8000-000000000001', true],
  ['acme-eu', true],
  ['288934501122441273', true],
  ['tenant4.example:18480', true],
  ['$(touch PWNED)', false],
  ['-y', false],
  ['a b', false],
  ['a;b', false],
  ['', false],
])('an id %j is suggested: %j', (id, isSuggested) => {
  expect(rendered(flowkiwi('org', 'get', { id })) !== undefined).toBe(isSuggested);
});

describe('the profile of the run', () => {
  test.each([
    [flowkiwi('login'), 'flowkiwi --profile work login'],
    [flowkiwi('onboard', '--org', 'ID'), 'flowkiwi --profile work onboard --org ID'],
    [flowkiwi('--profile', 'sandbox', 'login'), 'flowkiwi --profile sandbox login'],
    [flowkiwi('profile', 'list'), 'flowkiwi profile list'],
    [flowkiwi('org', 'create', '--help'), 'flowkiwi org create --help'],
    [flowkiwi('sandbox', 'start'), 'flowkiwi sandbox start'],
    [{ program: 'npx', words: ['flowkiwi', 'sandbox', 'start'] }, 'npx flowkiwi sandbox start'],
  ])('%j', (line, text) => {
    expect(rendered(line, 'posix', 'work')).toBe(text);
  });
});

test.each<[Shell, string]>([
  ['posix', 'FLOWKIWI_URL=http://127.0.0.1:1 flowkiwi login'],
  ['powershell', "$env:FLOWKIWI_URL = 'http://127.0.0.1:1'; flowkiwi login"],
  ['cmd', 'set "FLOWKIWI_URL=http://127.0.0.1:1" && flowkiwi login'],
])('a variable for %s', (shell, text) => {
  expect(rendered({ ...flowkiwi('login'), env: { FLOWKIWI_URL: 'http://127.0.0.1:1' } }, shell)).toBe(text);
});

test.each<[Shell, string]>([
  ['posix', 'flowkiwi login --with-token < token.txt'],
  ['powershell', 'Get-Content token.txt | flowkiwi login --with-token'],
  ['cmd', 'flowkiwi login --with-token < token.txt'],
])('a file on standard input for %s', (shell, text) => {
  expect(rendered({ ...flowkiwi('login', '--with-token'), stdin: 'token.txt' }, shell)).toBe(text);
});

test.each<[Shell, string]>([
  ['posix', 'mv "/home/a b/c" "/home/a b/c.bak"'],
  ['cmd', 'move "/home/a b/c" "/home/a b/c.bak"'],
])('a program of the system for %s', (shell, text) => {
  expect(rendered({ program: 'mv', words: ['/home/a b/c', '/home/a b/c.bak'] }, shell)).toBe(text);
});

test('a hint loses an id or a command that cannot be suggested, and keeps its words', () => {
  const how = { shell: 'posix', profile: undefined } as const;
  expect(hintText(helpWith('read it', 'org', 'get', { id: '$(x)' }), how)).toBe('read it: flowkiwi org get ID');
  expect(hintText({ command: flowkiwi('org', 'get', { id: '$(x)' }) }, how)).toBe('flowkiwi org get ID');
  expect(hintText(moveAway('a\nb'), how)).toBe('move it away');
  expect(hintText({ command: moveAway('a\nb').command }, how)).toBeUndefined();
});
