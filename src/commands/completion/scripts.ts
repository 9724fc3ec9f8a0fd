import bash from './flowkiwi.bash';
import fish from './flowkiwi.fish';
import powershell from './flowkiwi.ps1';
import zsh from './flowkiwi.zsh';
import type { Shell } from './shells.ts';

/** The script of each shell. It asks `flowkiwi __complete SHELL -- WORD…` at every Tab; sourcing it twice does no harm. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
