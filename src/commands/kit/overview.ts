/** First lines for somebody who has just installed flowkiwi. */
const START_HERE = [
  ['flowkiwi onboard --sandbox', 'try it all on this machine, without an account'],
  ['flowkiwi login', 'sign in'],
  ['flowkiwi onboard', 'your organization and instance, step by step'],
] as const;

/** Where each command stands in the overview. */
const SECTIONS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Getting started', ['onboard', 'help']],
  ['Resources', ['org', 'instance', 'tree', 'apply']],
  ['Connection', ['auth', 'profile']],
  ['Tools', ['api', 'sandbox', 'completion']],
];

/** A line of the overview: a command or an option, and what it is for. */
export type Entry = readonly [term: string, summary: string];

export interface OverviewContent {
  readonly description: string;
  readonly commands: readonly Entry[];
  readonly options: readonly Entry[];
  /** Lays out a line, the summary wrapped beside the term, which takes `width` columns. */
  readonly item: (term: string, width: number, summary: string) => string;
}

/** What `flowkiwi --help` prints: how to begin, the commands by what they are for, and the options of all of them. */
export function overviewText({ description, commands, options, item }: OverviewContent): string {
  const placed = new Set(SECTIONS.flatMap(([, names]) => names));
  const others: [string, readonly string[]] = ['Other', commands.map(([name]) => name).filter((name) => !placed.has(name))];
  const sections = [...SECTIONS, others].map(([heading, names]): readonly [string, readonly Entry[]] => [
    heading,
    names.flatMap((name) => commands.filter(([known]) => known === name)),
  ]);
  const blocks: readonly (readonly [string, readonly Entry[]])[] = [['Start here', START_HERE], ...sections, ['Global options', options]];
  const width = Math.max(...blocks.flatMap(([, entries]) => entries.map(([term]) => term.length)));
  const texts = blocks
    .filter(([, entries]) => entries.length > 0)
    .map(([heading, entries]) => `${heading}:\n${entries.map(([term, summary]) => item(term, width, summary)).join('\n')}\n`);
  return [
    `${description}\n`,
    'Usage: flowkiwi <command> [options]\n',
    ...texts,
    'A command explains itself: flowkiwi org create --help\nTopics to read about: flowkiwi help\n',
  ].join('\n');
}
