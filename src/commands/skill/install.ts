import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../errors.ts';
import { AGENTS_TEXT } from '../help/agents-topic.ts';
import { reflow } from '../help/reflow.ts';
import { HELP_COLUMNS } from '../kit/help-text.ts';
import { type Result, textResult, valueResult } from '../kit/result.ts';

/** What a skill file of flowkiwi begins with; one that begins otherwise is somebody else's. */
const HEAD = `---
name: flowkiwi
description: Onboard onto Flowkiwi from the command line. Create organizations and instances, sign in, rehearse in a sandbox. Use it when a task mentions flowkiwi, Flowkiwi Identity, or onboarding a partner or customer.
---
`;

/** What an agent has to know, in Markdown: command lines and lists are blocks of code there. */
export const AGENTS_MARKDOWN = `# Using flowkiwi as a coding agent

${reflow(AGENTS_TEXT, HELP_COLUMNS).replaceAll(/^ {2}/gm, '    ')}`;

/** The whole file. */
const SKILL = `${HEAD}
${AGENTS_MARKDOWN}`;

/** Prints the skill, or writes it to `FOLDER/flowkiwi/SKILL.md`. Throws `conflict` when another file is in its place, and `usage` when it cannot be written. */
export async function printOrInstall(folder: string | undefined): Promise<Result> {
  if (folder === undefined) return textResult({ skill: SKILL }, SKILL);
  const path = join(folder, 'flowkiwi', 'SKILL.md');
  try {
    const old = await readIfThere(path);
    if (old !== undefined && !/^---\nname: flowkiwi\n/.test(old)) {
      throw new CliError('conflict', `${path} is a skill of somebody else`, { hint: 'move it away, or choose another folder' });
    }
    await mkdir(join(folder, 'flowkiwi'), { recursive: true });
    await writeFile(path, SKILL);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new CliError('usage', `${path} cannot be written (${code})`, { hint: 'choose another folder with --install', cause: error });
  }
  return valueResult({ path }, [path], { success: `Installed the skill in ${path}` });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The code of an error of the file system; undefined for any other. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}
