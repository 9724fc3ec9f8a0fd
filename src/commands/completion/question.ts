import type { CommandData, CommandTree, GroupData, OptionData } from '../help/command-tree.ts';

/** A word that may come next. */
export interface Candidate {
  readonly value: string;
  /** What it is, in a few words; empty when the value says it. */
  readonly description: string;
}

/** Values that only this user's files or the server know. */
export type KnownValues = 'profiles' | 'organizations' | 'instances';

/** What may come at the cursor. */
export interface Question {
  /** What is typed of the value. */
  readonly typed: string;
  /** What stands before the value in the same word: `--output=`. */
  readonly before: string;
  readonly wanted:
    | { readonly kind: 'words'; readonly words: readonly Candidate[] }
    | { readonly kind: 'files' }
    | { readonly kind: 'known'; readonly values: KnownValues; readonly profile: string | undefined; readonly org: string | undefined };
}

/** What is read of a command line before the cursor. */
interface Reading {
  readonly group: GroupData | undefined;
  readonly command: CommandData | undefined;
  /** Words after the command that are no options. */
  readonly args: readonly string[];
  /** Values of options, by long name. */
  readonly values: ReadonlyMap<string, string>;
  /** The option whose value comes next. */
  readonly pending: OptionData | undefined;
  /** Whether `--` has ended the options. */
  readonly ended: boolean;
}

/**
 * What is wanted at the end of a command line: `words` are those after the program's name, the last one as far as it is typed.
 * Pure: knows the commands only.
 */
export function questionAt(tree: CommandTree, words: readonly string[]): Question {
  const current = words.at(-1) ?? '';
  const reading = read(tree, words.slice(0, -1));
  const { command, group, pending, ended } = reading;
  const known = (values: KnownValues) => {
    const { values: given } = reading;
    return { kind: 'known', values, profile: given.get('--profile'), org: given.get('--org') } as const;
  };
  const ask = (wanted: Question['wanted'], typed = current, before = ''): Question => ({ typed, before, wanted });
  const optionValues = (option: OptionData, typed: string) => {
    const listed = option.choices ?? option.suggested ?? fieldsFor(longName(option), typed, command);
    return listed ? plain(listed) : valuesNamed(valueName(option), reading, tree, known);
  };

  if (pending) return ask(optionValues(pending, current));
  if (ended) return ask(command?.program ? { kind: 'files' } : argumentValues(reading, tree, known));
  const [, name = '', typed = ''] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (name !== '') {
    const option = optionNamed(optionsOf(tree, command), name);
    return ask(option && placeholderOf(option.flags) ? optionValues(option, typed) : NOTHING, typed, `${name}=`);
  }
  if (current.startsWith('-')) return ask(optionWords(tree, command));
  if (command) {
    const expectsMore = reading.args.length < command.arguments.length;
    return ask(expectsMore || current !== '' ? argumentValues(reading, tree, known) : optionWords(tree, command));
  }
  return ask({ kind: 'words', words: group ? inGroup(tree, group.name) : topLevel(tree) });
}

/** What an option takes that names fields of the output, behind what is typed of it; undefined for any other option. */
function fieldsFor(option: string, typed: string, command: CommandData | undefined): readonly string[] | undefined {
  const outputs = Object.values(command?.output ?? {}).filter((output) => output !== null);
  const names = [...new Set(outputs.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  if (option === '--fields') {
    const chosen = typed.split(',').slice(0, -1);
    return names.filter((name) => !chosen.includes(name)).map((name) => [...chosen, name].join(','));
  }
  if (option !== '--jq') return undefined;
  return names.map((name) => (outputs.some(({ form }) => form === 'list') ? `.[].${name}` : `.${name}`));
}

/** The roles in an organization that ZITADEL has by default; a server may have others, and has the last word. */
const ORGANIZATION_ROLES = [
  'ORG_OWNER',
  'ORG_OWNER_VIEWER',
  'ORG_USER_MANAGER',
  'ORG_SETTINGS_MANAGER',
  'ORG_USER_PERMISSION_EDITOR',
  'ORG_PROJECT_PERMISSION_EDITOR',
  'ORG_PROJECT_CREATOR',
  'ORG_USER_SELF_MANAGER',
  'ORG_ADMIN_IMPERSONATOR',
  'ORG_END_USER_IMPERSONATOR',
];

const NOTHING: Question['wanted'] = { kind: 'words', words: [] };

function read(tree: CommandTree, words: readonly string[]): Reading {
  let group: GroupData | undefined;
  let command: CommandData | undefined;
  let pending: OptionData | undefined;
  let ended = false;
  const args: string[] = [];
  const values = new Map<string, string>();
  for (const word of words) {
    if (pending) {
      values.set(longName(pending), word);
      pending = undefined;
    } else if (ended) {
      args.push(word);
    } else if (word === '--') {
      ended = true;
    } else if (word.startsWith('-') && word !== '-') {
      const [, name = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
      const option = optionNamed(optionsOf(tree, command), name);
      if (!option || !placeholderOf(option.flags)) continue;
      if (value === undefined) pending = option;
      else values.set(longName(option), value);
    } else if (command) {
      args.push(word);
    } else if (group) {
      const { name: words, commands } = group;
      command = commands.find(({ name }) => name === word);
      if (!command) group = tree.groups.find(({ name }) => name === `${words} ${word}`) ?? group;
    } else {
      group = tree.groups.find(({ name }) => name === word);
      command = group ? undefined : commandNamed(tree, word);
    }
  }
  return { group, command, args, values, pending, ended };
}

function commandNamed({ commands, groups }: CommandTree, name: string): CommandData | undefined {
  return (
    commands.find((command) => command.name === name) ?? groups.flatMap((group) => group.commands).find(({ shortcut }) => shortcut === name)
  );
}

function optionsOf(tree: CommandTree, command: CommandData | undefined): readonly OptionData[] {
  return [...(command?.options ?? []), ...tree.options];
}

function optionNamed(options: readonly OptionData[], name: string): OptionData | undefined {
  return options.find(({ flags }) => namesOf(flags).includes(name));
}

/** `-o, --output <format>`: both names. */
function namesOf(flags: string): readonly string[] {
  return flags.match(/(?<=^|\s)--?[a-zA-Z][\w-]*/g) ?? [];
}

function longName({ flags }: OptionData): string {
  return namesOf(flags).at(-1) ?? flags;
}

/** `--to <org>`: what the value is called; undefined for a switch. */
function placeholderOf(flags: string): string | undefined {
  return /<([^>]+)>/.exec(flags)?.[1];
}

/** What the value of an option is. The handle of `--instance <handle>` is one that exists, that of `--handle <handle>` is a new one. */
function valueName(option: OptionData): string {
  return longName(option) === '--instance' ? 'instance' : (placeholderOf(option.flags) ?? '');
}

function argumentValues(reading: Reading, tree: CommandTree, known: (values: KnownValues) => Question['wanted']): Question['wanted'] {
  const argument = reading.command?.arguments[reading.args.length];
  if (!argument) return NOTHING;
  return argument.choices ? plain(argument.choices) : valuesNamed(argument.name.toLowerCase(), reading, tree, known);
}

/** Values by what the help calls them: `<file>`, `[org]`. */
function valuesNamed(
  name: string,
  { args }: Reading,
  tree: CommandTree,
  known: (values: KnownValues) => Question['wanted'],
): Question['wanted'] {
  switch (name) {
    case 'profile':
      return known('profiles');
    case 'org':
      return known('organizations');
    case 'instance':
      return known('instances');
    case 'file':
      return { kind: 'files' };
    case 'role':
      return plain(ORGANIZATION_ROLES);
    case 'topic':
      return { kind: 'words', words: [...tree.topics.map(entry), ...topLevel(tree)] };
    case 'subcommand':
    case 'member':
      return { kind: 'words', words: inGroup(tree, args.join(' ')) };
    default:
      return NOTHING;
  }
}

function topLevel({ commands, groups }: CommandTree): readonly Candidate[] {
  const shortcuts = groups.flatMap((group) =>
    group.commands.flatMap(({ shortcut, summary }) => (shortcut === null ? [] : [{ value: shortcut, description: summary }])),
  );
  return [...commands.map(entry), ...groups.filter(({ name }) => !name.includes(' ')).map(entry), ...shortcuts];
}

/** The commands of a group, and the groups within it. */
function inGroup({ groups }: CommandTree, words: string): readonly Candidate[] {
  const within = groups.filter(({ name }) => name.startsWith(`${words} `)).map(entry);
  const commands = groups.find(({ name }) => name === words)?.commands.map(entry) ?? [];
  return [...commands, ...within.map(({ value, description }) => ({ value: value.slice(words.length + 1), description }))];
}

function optionWords(tree: CommandTree, command: CommandData | undefined): Question['wanted'] {
  const words = optionsOf(tree, command).flatMap(({ flags, summary }) => namesOf(flags).map((value) => ({ value, description: summary })));
  return { kind: 'words', words };
}

function entry({ name, summary }: { readonly name: string; readonly summary: string }): Candidate {
  return { value: name, description: summary };
}

function plain(values: readonly string[]): Question['wanted'] {
  return { kind: 'words', words: values.map((value) => ({ value, description: '' })) };
}
