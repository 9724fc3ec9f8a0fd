import { expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { complaints } from './lint-rule.ts';

const AS_TEXT = 'Suggest a command as words (src/hint.ts), not as text.';

const CASES: readonly (readonly [code: string, message: string | undefined])[] = [
  ["const hint = 'sign in again: flowkiwi login';", AS_TEXT],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
  ['const hint = `see flowkiwi org get ${id}`;', AS_TEXT],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
  ['const hint = `flowkiwi --profile ${name} logout`;', AS_TEXT],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
  ["const hint = `mv '${path}' '${path}.bak'`;", AS_TEXT],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
  ['const warning = `close it: chmod 600 ${path}`;', AS_TEXT],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code that is looked at
  ['const hint = `set FLOWKIWI_URL=${url}`;', AS_TEXT],
  ["const hint = 'decrypt it: openssl pkey -in FILE';", AS_TEXT],
  ["const hint = helpWith('sign in again', 'login');", undefined],
  ["const message = 'another flowkiwi is writing';", undefined],
  ["const command = { examples: ['flowkiwi org list'], description: 'For bash: source <(flowkiwi completion bash).' };", undefined],
];

test('the lint finds a command that is suggested as text', () => {
  const code = CASES.map(([text]) => text);
  const found = complaints('suggested-commands.grit', code);
  expect(code.map((text, index) => [text, found[index]])).toEqual(CASES);
});

test('it knows every command', () => {
  const names = [
    ...COMMANDS,
    ...GROUPS,
    ...GROUPS.flatMap(({ commands }) => commands.flatMap(({ shortcut }) => (shortcut ? [{ name: shortcut }] : []))),
  ];
  const code = names.map(({ name }) => `const hint = 'flowkiwi ${name} x';`);
  expect(complaints('suggested-commands.grit', code)).toEqual(names.map(() => AS_TEXT));
});
