import bash from './flowkiwi.bash';
import fish from './flowkiwi.fish';
import powershell from './flowkiwi.ps1';
import zsh from './flowkiwi.zsh';

/** The script of each shell. It asks `flowkiwi __complete SHELL -- WORD…` at every Tab; sourcing it twice does no harm. */
export const SCRIPTS = { bash, zsh, fish, powershell };
