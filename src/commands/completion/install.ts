import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { assertTrustedLinks } from '../../files/trusted-place.ts';
import { helpWith, moveAway } from '../../hint.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { type CompletionPlaces, completionPlaces, INSTALLABLE, type InstallableShell } from './places.ts';
import { SCRIPTS } from './scripts.ts';
import { hasCompletion, startFileText } from './start-file.ts';

/**
 * Puts the script of a shell where it is found: `chosen`, or the shell of the user. Where the shell does not look there by itself, lines at the end of
 * its start-up file load it; they are added once, and what is in that file already stays. Throws `usage` for a shell whose files are not known and for
 * a place that cannot be written, and `conflict` for a script of somebody else.
 */
export async function installCompletion(context: Context, chosen: string | undefined): Promise<Result> {
  const { edges } = context;
  const shell = installableShell(chosen ?? basename(edges.env['SHELL'] ?? ''), chosen !== undefined);
  const places = completionPlaces(shell, edges);
  const isScriptNew = await writeScript(places.script, SCRIPTS[shell], edges.interruption);
  const startFile = await loadingFile(shell, places, edges);
  const isLineNew = startFile !== undefined && (await addLines(startFile, places.script, edges.interruption));
  return valueResult({ shell, path: places.script, start_file: startFile ?? null, changed: isScriptNew || isLineNew }, [places.script], {
    success: [
      `Completion for ${shell} ${isScriptNew || isLineNew ? 'is installed' : 'was installed already'}: ${places.script}`,
      startFile === undefined ? '' : `, loaded at the end of ${startFile}`,
      `. Open a new ${shell} to use it. To remove it, delete ${startFile === undefined ? 'that file' : 'that file and those lines'}`,
    ].join(''),
  });
}

function installableShell(name: string, isChosen: boolean): InstallableShell {
  const shell = INSTALLABLE.find((known) => known === name);
  if (shell !== undefined) return shell;
  if (name === 'powershell') {
    throw new CliError('usage', 'PowerShell alone knows where its start-up file is', {
      hint: helpWith('add what this prints to the file that $PROFILE names', 'completion', 'powershell'),
    });
  }
  throw new CliError(
    'usage',
    isChosen ? `there is no shell ${name}` : `SHELL names ${name || 'no shell'}, and completion is for ${INSTALLABLE.join(', ')}`,
    {
      hint: helpWith('name it', 'completion', 'install', '--shell', 'bash'),
    },
  );
}

/** Whether the file is another one than before. */
async function writeScript(path: string, script: string, signal: AbortSignal): Promise<boolean> {
  assertPlace(path);
  const old = await startFileText(path, signal);
  if (old === Buffer.from(script).toString('latin1')) return false;
  if (existsSync(path) && (old === undefined || !hasCompletion(old))) {
    throw new CliError('conflict', `${path} is another file already`, { hint: moveAway(path) });
  }
  written(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const aside = `${path}.${randomBytes(8).toString('hex')}`;
    writeFileSync(aside, script, { flag: 'wx' });
    renameSync(aside, path);
  });
  return true;
}

/** The start-up file that has to load the script; undefined where the shell finds it by itself. */
async function loadingFile(
  shell: InstallableShell,
  { script, startFile, others }: CompletionPlaces,
  { interruption }: Context['edges'],
): Promise<string | undefined> {
  if (startFile === undefined || shell !== 'bash') return startFile;
  for (const path of [startFile, ...others]) {
    const lines = (await startFileText(path, interruption))?.split('\n') ?? [];
    // bash-completion, which looks for scripts by the name of the command, is loaded there.
    const loaders = lines.flatMap((line) => /^[^#]*?(\/[^\s'"]*bash_completion(?:\.sh)?)(?=[\s'"]|$)/.exec(line)?.[1] ?? []);
    if (loaders.some((loader) => loader !== script && existsSync(loader))) return undefined;
  }
  return startFile;
}

/** Adds the lines that load the script; whether they are new. A file that has them, or others for the same, stays. */
async function addLines(path: string, script: string, signal: AbortSignal): Promise<boolean> {
  assertPlace(path);
  const text = await startFileText(path, signal);
  if (text === undefined && existsSync(path)) {
    throw new CliError('usage', `${path} cannot be read, or is not a file`, { hint: moveAway(path) });
  }
  const old = text ?? '';
  if (hasCompletion(old)) return false;
  const quoted = `'${script.replaceAll("'", "'\\''")}'`;
  const lines = `# flowkiwi: completion of its command line\n[ -r ${quoted} ] && . ${quoted}\n`;
  written(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${old === '' || old.endsWith('\n') ? '' : '\n'}${lines}`);
  });
  return true;
}

/** A folder that is no absolute path would be another one in each place. */
function assertPlace(path: string): void {
  if (!isAbsolute(path))
    throw new CliError('usage', `${path} is no absolute path`, { hint: 'set HOME and BASH_COMPLETION_USER_DIR to absolute paths' });
  assertTrustedLinks(path);
}

function written(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CliError('usage', `${path} cannot be written (${String(error.code)})`, {
      hint: helpWith('make the folder yours, or add what this prints to a file of the shell by hand', 'completion', 'bash'),
      cause: error,
    });
  }
}
