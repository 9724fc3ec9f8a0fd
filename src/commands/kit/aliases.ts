import { GLOBAL_OPTIONS } from './global-options.ts';

/** Words at the top level that stand for a noun. */
const NOUNS: Readonly<Record<string, string>> = { orgs: 'org', instances: 'instance' };

const OF_RESOURCES = { ls: 'list', rm: 'delete', show: 'get' };
const OF_LISTS = { ls: 'list', rm: 'remove' };

/** Words behind a noun that stand for one of its commands. */
const VERBS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  org: OF_RESOURCES,
  instance: OF_RESOURCES,
  profile: OF_LISTS,
  'org member': OF_LISTS,
  'org domain': OF_LISTS,
  'instance domain': OF_LISTS,
};

/** Command lines that stand for another one. */
const PATHS: Readonly<Record<string, readonly [string, string]>> = { 'auth list': ['profile', 'list'], 'auth switch': ['profile', 'use'] };

/**
 * A command line with the names of commands in place of those that other programs have for them: `org list` for `orgs ls`, `--version` for
 * `version`. What is not at the place of a command stays. Pure.
 */
export function withoutAliases(argv: readonly string[]): readonly string[] {
  const places = operandPlaces(argv);
  const operands = places.map((place) => argv[place] ?? '');
  const names = commandNames(operands);
  if (names === operands) return argv;
  const changed = new Map(places.map((place, index) => [place, names[index] ?? '']));
  return argv.map((word, place) => changed.get(place) ?? word);
}

function commandNames(operands: readonly string[]): readonly string[] {
  const [first = '', second = '', ...others] = operands;
  if (first === 'version' && operands.length === 1) return ['--version'];
  const path = own(PATHS, `${first} ${second}`);
  if (path) return [...path, ...others];
  const noun = own(NOUNS, first) ?? first;
  const [third = '', ...rest] = others;
  const inner = own(own(VERBS, `${noun} ${second}`) ?? {}, third);
  if (inner !== undefined) return [noun, second, inner, ...rest];
  const verb = own(own(VERBS, noun) ?? {}, second);
  if (verb === undefined && noun === first) return operands;
  return [noun, ...(operands.length > 1 ? [verb ?? second, ...others] : [])];
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Where the words stand that are neither options nor the values of those that every command has, up to the first `--`. */
function operandPlaces(argv: readonly string[]): readonly number[] {
  const withValue = new Set(GLOBAL_OPTIONS.flatMap(({ flags }) => (flags.includes('<') ? (flags.match(/--?[a-z-]+/g) ?? []) : [])));
  const places: number[] = [];
  for (let place = 0; place < argv.length; place += 1) {
    const word = argv[place] ?? '';
    if (word === '--') break;
    if (withValue.has(word)) place += 1;
    else if (!word.startsWith('-')) places.push(place);
  }
  return places;
}
