import type { Environment } from '../../environment.ts';

/** What MSYS names folders of its own by, as a program of Windows gets it; the names are those of variables in capital letters. */
const FOLDERS: readonly (readonly [variable: string, beneathRoot: RegExp])[] = [
  ['EXEPATH', /(?:\/(?:usr|mingw64|mingw32))?(?:\/bin)?$/i],
  ['MSYSTEM_PREFIX', /\/(?:usr|mingw64|mingw32|ucrt64|clang\w+)$/i],
  ['MINGW_PREFIX', /\/(?:usr|mingw64|mingw32|ucrt64|clang\w+)$/i],
  ['SHELL', /(?:\/usr)?\/bin\/\w+(?:\.exe)?$/i],
];

/** How the paths of the APIs begin. */
const API_PATH = /^[a-z]:\/.*?(\/(?:(?:rest\/)?api|(?:admin|auth|management|system)\/v\d\w*|v\d\w*|\.well-known|oauth|oidc)(?:[/?].*)?)$/i;

/**
 * The path that was meant where Git Bash, or MSYS2, has made one of Windows of it: `/api/x` arrives as `C:/Program Files/Git/api/x`. Its own folder is
 * known from the environment; without that, the path is known by how paths of the APIs begin. Undefined for a path that was not changed. Pure.
 */
export function pathBeforeMsys(path: string, env: Environment): string | undefined {
  if (!/^[a-z]:[\\/]/i.test(path)) return undefined;
  const root = FOLDERS.map(([name, beneath]) => slashed(env[name] ?? '').replace(beneath, '')).find((folder) => isBeneath(path, folder));
  return root === undefined ? API_PATH.exec(slashed(path))?.[1] : path.slice(root.length);
}

function isBeneath(path: string, folder: string): boolean {
  return /^[a-z]:/i.test(folder) && slashed(path).toLowerCase().startsWith(`${folder.toLowerCase()}/`);
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/').replace(/\/$/, '');
}
