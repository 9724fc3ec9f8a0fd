import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Context } from '../../context/context.ts';
import type { Edges } from '../../edges.ts';
import { CliError } from '../../errors.ts';
import { configDirectory } from '../../files/locations.ts';
import { helpWith } from '../../hint.ts';
import { proxyFor } from '../../http/proxy.ts';
import { trustedAuthorities, unusableExtraAuthorities } from '../../http/trusted-authorities.ts';
import { isWithoutUtf8 } from '../../output/ascii.ts';
import { colourLevel } from '../../output/colour.ts';
import { completionPlaces, INSTALLABLE } from '../completion/places.ts';
import { hasCompletion, startFileText } from '../completion/start-file.ts';
import type { Healthy } from './finding.ts';

/** The oldest Node.js that flowkiwi runs on. */
const OLDEST_NODE = [20, 18] as const;

/** Throws `usage` for a version that is too old. */
export function checkNode({ nodeVersion }: Pick<Edges, 'nodeVersion'>): Healthy {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [oldest, oldestMinor] = OLDEST_NODE;
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return { message: `Node.js ${nodeVersion}` };
  throw new CliError('usage', `Node.js ${nodeVersion} is too old`, { hint: `install Node.js ${OLDEST_NODE.join('.')} or later` });
}

const FILES = ['config.json', 'credentials.json', 'organizations.jsonl'] as const;
const OPEN_TO_OTHERS = 0o077;

/** Looks at the modes first: reading closes what is open. Throws as the files do, and `invalid` for one that other users can read. */
export async function checkStoredFiles({ edges, config, credentials }: Context): Promise<Healthy> {
  const directory = configDirectory(edges);
  const there = FILES.filter((name) => modeOf(join(directory, name)) !== undefined);
  if (edges.platform !== 'win32') {
    assertClosed(directory, '700');
    for (const name of there) assertClosed(join(directory, name), '600');
  }
  await config.read();
  await credentials.read();
  const place = directory.replace(edges.homeDirectory, '~');
  return { message: there.length === 0 ? `nothing is stored yet in ${place}` : `${there.join(', ')} in ${place}` };
}

function assertClosed(path: string, mode: string): void {
  const found = modeOf(path) ?? 0;
  if ((found & OPEN_TO_OTHERS) === 0) return;
  throw new CliError('invalid', `${path} is open to other users of this machine (mode ${found.toString(8)})`, {
    hint: { command: { program: 'chmod', words: [mode, path] } },
  });
}

/** Undefined for what is not there; what cannot be looked at has an error of its own when it is read. */
function modeOf(path: string): number | undefined {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return undefined;
  }
}

/** Throws `usage` for a variable that cannot be used. */
export async function checkProxyAndCertificates({ edges: { env }, profile }: Context): Promise<Healthy> {
  const { url } = await profile();
  const proxy = proxyFor(url, env);
  trustedAuthorities(env);
  const unusable = unusableExtraAuthorities(env);
  if (unusable !== undefined) {
    throw new CliError('usage', unusable, { hint: 'name a file with certificates in PEM form, or unset it' });
  }
  const variables = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA'].filter((name) => env[name]);
  const way = proxy === undefined ? 'no proxy' : `through ${proxy.origin} (${proxy.variable})`;
  return { message: `${way}; more certificates: ${variables.join(', ') || 'none'}` };
}

/** Nothing of it is wrong anywhere. */
export function checkTerminal({ edges: { env, platform, stdout }, options }: Context): Healthy {
  if (!stdout.isTerminal) return { message: 'stdout is not a terminal' };
  const hasColour = colourLevel({ env, isTerminal: true, flag: options.color }) > 0;
  const isAscii = isWithoutUtf8(env, platform);
  const message = [`${stdout.columns ?? 80} columns`, hasColour ? 'colour' : 'no colour', isAscii ? 'no UTF-8' : 'UTF-8'].join(', ');
  return isAscii ? { message, cure: 'set LANG to a locale with UTF-8, such as C.UTF-8' } : { message };
}

/** As far as the usual files tell. */
export async function checkCompletion(edges: Edges): Promise<Healthy> {
  const { env, homeDirectory, interruption } = edges;
  const shell = INSTALLABLE.find((known) => known === basename(env['SHELL'] ?? ''));
  if (shell === undefined) return { message: 'not checked: SHELL is not bash, zsh or fish' };
  const { startFile, script, others } = completionPlaces(shell, edges);
  // What zsh does not look for by itself is of no use without the file that loads it.
  const places = [startFile, ...(shell === 'zsh' ? [] : [script]), ...others].filter((path) => path !== undefined);
  for (const path of places) {
    if (hasCompletion((await startFileText(path, interruption)) ?? '')) return { message: `in ${path.replace(homeDirectory, '~')}` };
  }
  return { message: `not installed for ${shell}`, cure: helpWith('to let Tab complete', 'completion', 'install') };
}
