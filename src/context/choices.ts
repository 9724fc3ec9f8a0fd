import { search, select } from '@inquirer/prompts';
import type { Clock } from '../edges.ts';
import { choiceRows, type NamedChoice } from '../output/choice-rows.ts';
import { terminalSafe } from '../output/terminal-text.ts';

/** One answer of a choice. */
export interface Choice<T> extends NamedChoice {
  readonly value: T;
}

export interface ChoiceQuestion<T> {
  readonly message: string;
  readonly choices: readonly Choice<T>[];
  /** Finds choices by what is typed, where `choices` are the first of many only. */
  readonly find?: ((typed: string) => Promise<readonly Choice<T>[]>) | undefined;
  /** Offered below the choices, whatever is typed: another way to answer. */
  readonly others?: readonly Choice<T>[] | undefined;
  /** The choice that Enter takes at first; the first one when absent. */
  readonly default?: T | undefined;
}

/** More than these are searched by typing. */
const LISTED = 10;
/** Lines around the list: the question, a blank line, and the keys. */
const AROUND = 4;
/** Column of the cursor and a blank. */
const CURSOR = 2;
/** Waited for the next key before a server is asked. */
const PAUSE_MS = 200;

export interface ChoiceSurroundings {
  readonly columns: number;
  readonly rows: number;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Colours and prefixes of every question. */
  readonly theme: Parameters<typeof select>[0]['theme'];
  readonly dim: (text: string) => string;
}

/**
 * Lets a person choose with the arrow keys, and by typing where there are many. Every text is made safe for the terminal and cut to its width.
 * Rejects as the library does when the question is left.
 */
export async function choose<T>(
  question: ChoiceQuestion<T>,
  surroundings: ChoiceSurroundings,
  options: Parameters<typeof select>[1],
): Promise<T> {
  const { choices, find, others = [] } = question;
  const { rows } = surroundings;
  const list = [...choices, ...others];
  const first = question.default ?? choices[0]?.value;
  const isListed = find === undefined && choices.length <= LISTED;
  const shared = {
    message: terminalSafe(question.message),
    pageSize: Math.max(1, Math.min(isListed ? list.length : LISTED, rows - AROUND)),
    theme: themed(
      surroundings,
      isListed ? 'Arrow keys move, Enter chooses, Esc leaves' : 'Type to search; arrow keys move, Enter chooses, Esc leaves',
    ),
    ...(first !== undefined && { default: first }),
  };
  if (isListed) return select({ ...shared, choices: await shown(list, surroundings) }, options);
  const source = async (typed = '', { signal }: { readonly signal: AbortSignal }) => {
    // Below a list that is longer than its page, nobody would see them.
    if (typed === '') return shown([...others, ...choices], surroundings);
    if (find === undefined) return shown([...matching(choices, typed), ...others], surroundings);
    await surroundings.clock.sleep(PAUSE_MS, signal);
    return shown([...(await find(typed)), ...others], surroundings);
  };
  return search({ ...shared, source }, options);
}

function themed({ theme, dim }: ChoiceSurroundings, keys: string) {
  return { ...theme, icon: { cursor: '>' }, style: { ...theme?.style, keysHelpTip: () => dim(keys) } };
}

/** Choices as the library shows them. */
async function shown<T>(choices: readonly Choice<T>[], { columns }: Pick<ChoiceSurroundings, 'columns'>) {
  const names = await choiceRows(choices, columns - CURSOR);
  return choices.map(({ value, name, detail }, index) => ({ value, name: names[index] ?? name, short: answerOf({ name, detail }) }));
}

/** The answer as it stays on the screen. */
function answerOf({ name, detail }: NamedChoice): string {
  return terminalSafe(name === '' || detail === '' ? name || detail : `${name} (${detail})`);
}

/** Those that have what is typed, whatever its case and blanks: those with all its words in their names first. */
export function matching<C extends NamedChoice>(choices: readonly C[], typed: string): readonly C[] {
  const words = typed.toLowerCase().split(/\s+/);
  const phrase = words.join(' ').trim();
  const isNamed = ({ name }: C) => words.every((word) => name.toLowerCase().includes(word));
  const named = choices.filter(isNamed);
  const others = choices.filter(
    (choice) => !isNamed(choice) && `${choice.name} ${choice.detail}`.toLowerCase().replace(/\s+/g, ' ').includes(phrase),
  );
  return [...named, ...others];
}
