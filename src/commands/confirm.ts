import type { Context } from '../context/context.ts';
import { CliError } from '../errors.ts';
import { isTerminalSafe } from '../output/terminal-text.ts';

/** Longest name that a person is asked to type. */
const TYPEABLE = 60;

/**
 * For a command that cannot be undone: whether a person has to be asked. Throws `usage` when nobody can be asked and there is no `--yes`,
 * before anything is sent. `what` goes on after "to": `delete organization …`.
 */
export function mustConfirm({ options, prompter }: Pick<Context, 'options' | 'prompter'>, what: string): boolean {
  if (options.yes) return false;
  if (prompter) return true;
  throw new CliError('usage', `nobody can be asked whether to ${what}`, { hint: 'confirm it with --yes' });
}

/** Asks yes or no, where no is what Enter says. Throws `interrupted` for a no. */
export async function confirmYes({ prompter, messages }: Context, question: string): Promise<void> {
  if (await prompter?.confirm(question, false)) return;
  await messages.notice('Nothing was changed');
  throw new CliError('interrupted', 'not confirmed');
}

/** Lets a person type the name of what is to be lost, or its id where the name cannot be typed. */
export async function confirmByName(
  { prompter }: Context,
  thing: string,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  const isTypeable = isTerminalSafe(name) && name.trim() === name && name.length <= TYPEABLE;
  const wanted = isTypeable ? name : id;
  await prompter?.text({
    message: `Type ${wanted} to delete ${thing} ${isTypeable ? id : name}:`,
    problem: (answer) => (answer === wanted ? undefined : `That is not ${wanted}; Ctrl-C leaves everything as it is`),
  });
}
