import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FLOWKIWI, flowkiwi, newHome, type Run } from '../support/flowkiwi.ts';
import { openTerminal } from '../support/terminal.ts';

/** A home folder with `flowkiwi` on the path, and the environment of a shell there. */
function newUser(): { readonly home: string; readonly env: Record<string, string> } {
  const home = newHome();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(FLOWKIWI, join(bin, 'flowkiwi'));
  return { home, env: { PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter) } };
}

/** Shells as a person starts them, with their start-up files, and the one that a person has already. */
const SHELLS = [
  ['bash', 'bash -i', '.bashrc'],
  ['zsh', 'zsh -i', '.zshrc'],
  ['fish', 'fish', '.config/fish/config.fish'],
] as const;

for (const [shell, command, startFile] of SHELLS) {
  describe(`completion install in ${shell}`, { tags: [shell] }, () => {
    test('Tab completes in the next shell', { tags: ['tmux'], timeout: 120_000 }, async () => {
      const { home, env } = newUser();
      mkdirSync(dirname(join(home, startFile)), { recursive: true });
      // Without a line end, as some editors leave it.
      writeFileSync(join(home, startFile), 'alias here=pwd');
      const install = (): Promise<Run> => flowkiwi(['completion', 'install', '--json'], { home, env: { ...env, SHELL: `/bin/${shell}` } });
      const [first, second] = [await install(), await install()];
      expect([JSON.parse(first.stdout).changed, JSON.parse(second.stdout).changed]).toEqual([true, false]);
      expect(readFileSync(join(home, startFile), 'utf8')).toMatch(/^alias here=pwd(\n|$)/);

      const terminal = openTerminal([], {
        script: `cd "$HOME"; exec ${command}`,
        env: { ...env, TERM: 'xterm' },
        home,
        columns: 160,
        rows: 40,
      });
      terminal.type("alias | grep here; echo re''ady");
      terminal.press('Enter');
      const screen = await terminal.shows(/^ready$/m);
      expect(screen).toMatch(/here.*pwd/);
      for (const [typed, completed] of [
        ['flowkiwi insta', 'flowkiwi instance '],
        ['flowkiwi instance get --fields id,produ', 'flowkiwi instance get --fields id,product_management_url'],
        ['flowkiwi instance list --sort upd', 'flowkiwi instance list --sort updated_at'],
        ['flowkiwi completion ins', 'flowkiwi completion install'],
      ] as const) {
        terminal.type(typed);
        terminal.press('Tab');
        await terminal.shows(completed.trimEnd());
        terminal.press('C-u');
      }
    });
  });
}
