import { isAbsolute, join, resolve } from 'node:path';
import type { Edges } from '../edges.ts';
import { CliError } from '../errors.ts';

type Surroundings = Pick<Edges, 'env' | 'platform' | 'homeDirectory'>;

/**
 * Folder of `config.json` and `credentials.json`: `FLOWKIWI_CONFIG_DIR`, else the user's configuration folder
 * (XDG Base Directory: a relative `XDG_CONFIG_HOME` is ignored; `%APPDATA%` on Windows). Throws `usage` for a `FLOWKIWI_CONFIG_DIR` that would be
 * another folder in each place.
 */
export function configDirectory({ env, platform, homeDirectory }: Surroundings): string {
  const chosen = env['FLOWKIWI_CONFIG_DIR'];
  if (chosen) return checkedDirectory(chosen, homeDirectory);
  if (platform === 'win32') return join(env['APPDATA'] || join(homeDirectory, 'AppData', 'Roaming'), 'flowkiwi');
  return join(absolute(env['XDG_CONFIG_HOME']) ?? join(homeDirectory, '.config'), 'flowkiwi');
}

/** Folder of what can be lost without harm but should stay, such as the sandbox's database (XDG: `XDG_STATE_HOME`). */
export function stateDirectory({ env, platform, homeDirectory }: Surroundings): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(homeDirectory, 'AppData', 'Local'), 'flowkiwi');
  return join(absolute(env['XDG_STATE_HOME']) ?? join(homeDirectory, '.local', 'state'), 'flowkiwi');
}

/** A shell expands `~` only where it is not quoted. */
function checkedDirectory(chosen: string, homeDirectory: string): string {
  if (isAbsolute(chosen)) return chosen;
  const [, beneathHome] = /^~(?:[\\/](.*))?$/s.exec(chosen) ?? [];
  const isHome = chosen.startsWith('~');
  const meant = isHome ? join(homeDirectory, beneathHome ?? chosen.slice(1)) : resolve(chosen);
  throw new CliError('usage', `FLOWKIWI_CONFIG_DIR is ${JSON.stringify(chosen)}, which is no absolute path`, {
    hint: `write ${isHome ? 'the folder out' : 'it from the root'}, for example ${meant}`,
  });
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
