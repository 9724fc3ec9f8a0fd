import { isAbsolute, join } from 'node:path';
import type { Edges } from '../edges.ts';

type Surroundings = Pick<Edges, 'env' | 'platform' | 'homeDirectory'>;

/**
 * Folder of `config.json` and `credentials.json`: `FLOWKIWI_CONFIG_DIR`, else the user's configuration folder
 * (XDG Base Directory: a relative `XDG_CONFIG_HOME` is ignored; `%APPDATA%` on Windows).
 */
export function configDirectory({ env, platform, homeDirectory }: Surroundings): string {
  const chosen = env['FLOWKIWI_CONFIG_DIR'];
  if (chosen) return chosen;
  if (platform === 'win32') return join(env['APPDATA'] || join(homeDirectory, 'AppData', 'Roaming'), 'flowkiwi');
  return join(absolute(env['XDG_CONFIG_HOME']) ?? join(homeDirectory, '.config'), 'flowkiwi');
}

/** Folder of what can be lost without harm but should stay, such as the sandbox's database (XDG: `XDG_STATE_HOME`). */
export function stateDirectory({ env, platform, homeDirectory }: Surroundings): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(homeDirectory, 'AppData', 'Local'), 'flowkiwi');
  return join(absolute(env['XDG_STATE_HOME']) ?? join(homeDirectory, '.local', 'state'), 'flowkiwi');
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
