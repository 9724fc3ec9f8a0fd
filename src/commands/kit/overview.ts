/** First lines for somebody who has just installed flowkiwi. */
const START_HERE = [
  ['flowkiwi onboard --sandbox', 'try it all on this machine, without an account'],
  ['flowkiwi login', 'sign in'],
  ['flowkiwi onboard', 'your organization and instance, step by step'],
] as const;

/** What `flowkiwi` alone prints: little enough that the first steps stay in sight on a small screen. */
export const FIRST_MINUTE = `Onboard onto Flowkiwi: create an organization and an instance.

Start here:
${START_HERE.map(([command, summary]) => `  ${command.padEnd(29)}${summary}`).join('\n')}

Commands:
  login, logout, whoami        sign in and out; who is signed in
  org, instance, tree          create, read and change what you have
  apply                        onboard many customers from a file
  auth, profile                the sign-in, and named connections
  api                          send any request, signed in
  open                         what you have, in the browser
  sandbox                      a server to try things with, on this machine
  doctor                       what is wrong, and what helps
  completion, skill            let Tab complete; teach a coding agent

See also:
  flowkiwi --help              every command
  flowkiwi org create --help   one of them
  flowkiwi help                topics: exit codes, output, sign-in and more
`;

/** Where each command stands in the overview. */
const SECTIONS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Getting started', ['onboard', 'help']],
  ['Resources', ['org', 'instance', 'tree', 'apply']],
  ['Connection', ['auth', 'profile']],
  ['Tools', ['api', 'open', 'sandbox', 'doctor', 'completion', 'skill']],
];

/** A line of the overview: a command or an option, and what it is for. */
export type Entry = readonly [term: string, summary: string];

export interface OverviewContent {
  readonly description: string;
  readonly commands: readonly Entry[];
  /** Lays out a line, the summary wrapped beside the term, which takes `width` columns. */
  readonly item: (term: string, width: number, summary: string) => string;
}

/** What `flowkiwi --help` prints: how to begin, and the commands by what they are for. */
export function overviewText({ description, commands, item }: OverviewContent): string {
  const placed = new Set(SECTIONS.flatMap(([, names]) => names));
  const others: [string, readonly string[]] = ['Other', commands.map(([name]) => name).filter((name) => !placed.has(name))];
  const sections = [...SECTIONS, others].map(([heading, names]): readonly [string, readonly Entry[]] => [
    heading,
    names.flatMap((name) => commands.filter(([known]) => known === name)),
  ]);
  const blocks: readonly (readonly [string, readonly Entry[]])[] = [['Start here', START_HERE], ...sections];
  const width = Math.max(...blocks.flatMap(([, entries]) => entries.map(([term]) => term.length)));
  const texts = blocks
    .filter(([, entries]) => entries.length > 0)
    .map(([heading, entries]) => `${heading}:\n${entries.map(([term, summary]) => item(term, width, summary)).join('\n')}\n`);
  return [
    `${description}\n`,
    'Usage: flowkiwi <command> [options]\n',
    ...texts,
    'The options of every command: flowkiwi help options\nA command explains itself: flowkiwi org create --help\nTopics to read about: flowkiwi help\n',
  ].join('\n');
}
