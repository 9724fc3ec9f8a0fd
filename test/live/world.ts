import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { at, jsonOf, listOf, type RunCommand } from './command.ts';
import type { LiveServer } from './options.ts';
import { type Row, saidBy, type Trial } from './trial.ts';

/** What the verbs of one server work with. */
export interface World extends Trial {
  readonly server: LiveServer;
  /** In every name that is created, so that nothing else has it. */
  readonly suffix: string;
  /** Name of the profile of the server. */
  readonly profile: string;
  /** A file in the folder of this run. */
  readonly file: (name: string) => string;
  readonly run: RunCommand;
}

export const PROFILE = 'live';

export function createWorld(
  trial: Trial,
  server: LiveServer,
  { run, directory }: { readonly run: RunCommand; readonly directory: string },
): World {
  const suffix = randomBytes(5).toString('hex');
  return { ...trial, server, suffix, profile: PROFILE, file: (name) => join(directory, name), run };
}

/** A password that every policy takes. */
export function newPassword(): string {
  return `Aa1!${randomBytes(12).toString('hex')}`;
}

/**
 * Deletes what this run has created and what is still there: what has the suffix of its names, which nothing else has. One row for each thing that
 * cannot be deleted.
 */
export async function cleanUp({ run, suffix, server }: World): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const remove = async (kind: string, list: readonly string[]) => {
    for (const id of await left(list)) {
      const answer = await run(['--profile', PROFILE, kind, 'delete', id, '--yes']);
      if (answer.status !== 0 && answer.status !== 3)
        rows.push({ verb: `clean up: ${kind} ${id}`, exit: answer.status, ms: answer.ms, problem: `still there: ${saidBy(answer)}` });
    }
  };
  const left = async (list: readonly string[]): Promise<readonly string[]> => {
    const answer = await run(['--profile', PROFILE, ...list, '--json']);
    if (answer.status !== 0)
      rows.push({ verb: `clean up: ${list.join(' ')}`, exit: answer.status, ms: answer.ms, problem: saidBy(answer) });
    return listOf(jsonOf(answer)).flatMap((one) => (String(at(one, 'name')).includes(suffix) ? [String(at(one, 'id'))] : []));
  };
  await remove('org', ['org', 'list', '--name', suffix]);
  if (server.systemUser) await remove('instance', ['instance', 'list']);
  return rows;
}
