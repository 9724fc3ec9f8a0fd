import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Edges } from '../../edges.ts';

/** The shells whose start-up files are known; where PowerShell keeps its own it alone can tell. */
export const INSTALLABLE = ['bash', 'zsh', 'fish'] as const;

export type InstallableShell = (typeof INSTALLABLE)[number];

/** Where the completion of a shell lives. */
export interface CompletionPlaces {
  /** The file of the script. */
  readonly script: string;
  /** The start-up file that loads it where the shell does not by itself; undefined where it always does. */
  readonly startFile: string | undefined;
  /** Other files that a person may have put it into. */
  readonly others: readonly string[];
}

/**
 * The places of the user: bash-completion and fish look for a script by its name (`BASH_COMPLETION_USER_DIR`, `XDG_DATA_HOME`, `XDG_CONFIG_HOME`), zsh
 * reads its start-up files in `ZDOTDIR`.
 */
export function completionPlaces(
  shell: InstallableShell,
  { env, homeDirectory: home, platform }: Pick<Edges, 'env' | 'homeDirectory' | 'platform'>,
): CompletionPlaces {
  const folder = (variable: string, ...usual: readonly string[]) => {
    const given = env[variable];
    return given !== undefined && isAbsolute(given) ? given : join(home, ...usual);
  };
  const data = folder('XDG_DATA_HOME', '.local', 'share');
  switch (shell) {
    case 'bash': {
      const own = env['BASH_COMPLETION_USER_DIR'] || join(data, 'bash-completion');
      // A terminal of macOS starts login shells, which read this file if it is there; a new one would hide .profile from them.
      const startFile = platform === 'darwin' && existsSync(join(home, '.bash_profile')) ? '.bash_profile' : '.bashrc';
      const others = ['.bashrc', '.bash_profile', '.profile'].filter((name) => name !== startFile);
      return {
        script: join(own, 'completions', 'flowkiwi'),
        startFile: join(home, startFile),
        others: others.map((name) => join(home, name)),
      };
    }
    case 'zsh': {
      const start = folder('ZDOTDIR');
      return {
        script: join(data, 'flowkiwi', 'completion.zsh'),
        startFile: join(start, '.zshrc'),
        others: ['.zshenv', '.zprofile'].map((name) => join(start, name)),
      };
    }
    case 'fish': {
      const config = join(folder('XDG_CONFIG_HOME', '.config'), 'fish');
      return { script: join(config, 'completions', 'flowkiwi.fish'), startFile: undefined, others: [join(config, 'config.fish')] };
    }
  }
}
