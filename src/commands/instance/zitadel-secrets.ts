import { resolve } from 'node:path';
import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { type ReservedFile, reserveFile } from '../../files/reserved-file.ts';
import { helpWith } from '../../hint.ts';
import type { NewInstanceIds } from '../../identity/zitadel/instance-requests.ts';
import { isRecord } from '../../record.ts';

/** A secret of the machine that is to own an instance, and the file that it is to go to. */
interface Wanted {
  readonly name: 'pat' | 'machine_key';
  /** For messages. */
  readonly what: string;
  readonly flag: '--pat-out' | '--key-out';
  readonly file: string | undefined;
}

export interface MachineSecrets {
  /** Files that take what the server shows once, made before it is asked. Rejects with `usage` or `invalid`, and leaves none behind. */
  readonly reserve: () => Promise<Reserved>;
}

export interface Reserved {
  /**
   * Puts the secrets into their files, or shows them to the person at the terminal; gives back those that are to be printed with the instance, by
   * their names in JSON. Throws `invalid` for one that cannot be written, which is said to be lost.
   */
  readonly keep: (answer: NewInstanceIds) => Promise<Readonly<Record<string, unknown>>>;
  /** Removes the files, when nothing was created. */
  readonly discard: () => Promise<void>;
}

export interface SecretsWanted {
  readonly pat: boolean;
  readonly patOut: string | undefined;
  readonly key: boolean;
  readonly keyOut: string | undefined;
}

/** The names of the secrets that are printed with the instance: in JSON and YAML, those that no file takes. */
export function printedSecrets({ options }: Context, secrets: SecretsWanted): readonly string[] {
  return isData(options) ? wantedOf(secrets).flatMap(({ name, file }) => (file === undefined ? [name] : [])) : [];
}

function isData({ format }: Context['options']): boolean {
  return format === 'json' || format === 'yaml';
}

function wantedOf({ pat, patOut, key, keyOut }: SecretsWanted): readonly Wanted[] {
  return [
    ...(pat ? [{ name: 'pat', what: 'token', flag: '--pat-out', file: patOut } as const] : []),
    ...(key ? [{ name: 'machine_key', what: 'key', flag: '--key-out', file: keyOut } as const] : []),
  ];
}

/**
 * What becomes of the secrets of a new instance's machine. The server shows them once, so each needs a place before the instance is created: a
 * file, the JSON or YAML that is printed, or the screen of a person who reads a table, where they stand on stderr under a warning and never in the
 * table. Throws `usage` when one has no place, or one that is none.
 */
export function machineSecrets({ options, edges, messages }: Context, secrets: SecretsWanted): MachineSecrets {
  const wanted = wantedOf(secrets);
  for (const one of wanted) checkFile(one);
  const unplaced = wanted.filter(({ file }) => file === undefined);
  const isShown = (options.format ?? 'table') === 'table' && edges.stdout.isTerminal && edges.stderr.isTerminal;
  const [first] = unplaced;
  const lacking = isShown ? undefined : unplaced.find(({ name }) => !isData(options) || options.fields?.includes(name) === false);
  if (lacking) {
    throw new CliError('usage', `the ${lacking.what} of the machine is shown once, and has no place to go`, {
      hint: `name a file with ${lacking.flag} FILE, or take it out of --json${options.fields ? `, with ${lacking.name} among the --fields` : ''}`,
    });
  }

  async function reserve(): Promise<Reserved> {
    if (first && isData(options) && edges.stdout.isTerminal)
      await messages.warning(`the ${first.what} of the machine appears on this screen; ${first.flag} FILE keeps it off`);
    const files = new Map<Wanted, ReservedFile>();
    const discard = async () => {
      for (const file of files.values()) await file.discard();
    };
    try {
      for (const one of wanted) if (one.file !== undefined) files.set(one, await reserveFile(resolve(one.file)));
    } catch (error) {
      await discard();
      throw unusable(
        wanted.find((one) => one.file !== undefined && !files.has(one)),
        error,
      );
    }
    return { discard, keep: (answer) => keep(answer, files) };
  }

  async function keep(answer: NewInstanceIds, files: ReadonlyMap<Wanted, ReservedFile>): Promise<Readonly<Record<string, unknown>>> {
    const unsaved: [string, unknown][] = [];
    for (const one of wanted) {
      const secret = one.name === 'pat' ? answer.pat : answer.machineKey;
      const file = files.get(one);
      if (secret === undefined) {
        await file?.discard();
        await messages.warning(`the server gave no ${one.what}`);
        continue;
      }
      if (one.name === 'machine_key' && !isRecord(parsed(secret)))
        await messages.warning('the key of the machine is not a key file as ZITADEL makes them: it is left as it came');
      if (file) {
        await file.write(one.name === 'pat' ? `${secret}\n` : secret).catch((error) => {
          throw lost(one, answer, error);
        });
        await messages.notice(`The ${one.what} of the machine is in ${one.file}`);
      } else if (isShown) {
        await messages.warning(`the ${one.what} of the machine is shown here, and never again; ${one.flag} FILE keeps it off the screen`);
        await messages.notice(secret);
      } else {
        unsaved.push([one.name, one.name === 'pat' ? secret : parsed(secret)]);
      }
    }
    return Object.fromEntries(unsaved);
  }

  return { reserve };
}

/** Throws `usage` for what names no file: a secret goes to standard output in JSON and YAML only. */
function checkFile({ flag, file }: Wanted): void {
  if (file?.trim() !== '' && file !== '-') return;
  throw new CliError('usage', `${flag} takes the name of a new file, not ${JSON.stringify(file)}`, {
    hint: `give it a name, or leave ${flag} out and take the secret out of --json`,
  });
}

/** The key file is JSON itself, and is printed as such. */
function parsed(key: string): unknown {
  try {
    return JSON.parse(key);
  } catch {
    return key;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function unusable(wanted: Wanted | undefined, error: unknown): unknown {
  const code = codeOf(error);
  if (wanted === undefined || code === '') return error;
  const why = code === 'EEXIST' ? 'is there already' : `cannot be made (${code})`;
  return new CliError(code === 'EEXIST' ? 'conflict' : 'invalid', `${wanted.flag}: ${wanted.file} ${why}`, {
    hint: 'nothing was created: name a file that is not there yet, in a folder that you can write to',
    cause: error,
  });
}

function lost({ what, file }: Wanted, { id }: NewInstanceIds, error: unknown): CliError {
  return new CliError(
    'invalid',
    `instance ${id} was created, but the ${what} of its machine could not be written to ${file} (${codeOf(error)})`,
    {
      hint: helpWith('it is not shown again; create the instance again after you delete this one', 'instance', 'delete', { id }),
      cause: error,
    },
  );
}
