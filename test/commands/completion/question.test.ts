import { describe, expect, test } from 'vitest';
import { questionAt } from '../../../src/commands/completion/question.ts';
import type { CommandData, CommandTree, OptionData } from '../../../src/commands/help/command-tree.ts';
import { both } from '../../../src/commands/kit/provider.ts';

function option(flags: string, choices: readonly string[] | null = null): OptionData {
  const nothing = { type: 'string', repeatable: false, default: null, variables: [], provider: null } as const;
  return { flags, summary: `about ${flags}`, choices, ...nothing };
}

function command(name: string, more: Partial<CommandData> = {}): CommandData {
  const nothing = { shortcut: null, description: null, arguments: [], program: null, provider: null, options: [], examples: [], exits: [] };
  const usual = { usage: `flowkiwi ${name}`, effect: null, output: both(null) };
  return { name, summary: `about ${name}`, org: both('ignored'), ...usual, ...nothing, ...more };
}

const output = (form: 'object' | 'list') => ({
  form,
  fields: ['id', 'name'].map((name) => ({ name, type: 'string', optional: false })),
});

const named = (name: string) => ({ name, summary: `a ${name}` });

const TREE: CommandTree = {
  schema: 'flowkiwi/help.schema.json',
  groups: [
    {
      name: 'org',
      summary: 'organizations',
      commands: [
        command('create', { arguments: [named('name')], options: [option('--no-use')] }),
        command('get', { arguments: [named('org')] }),
      ],
    },
    {
      name: 'org member',
      summary: 'members',
      commands: [command('add', { arguments: [named('user')], options: [option('--role <role>')] })],
    },
    {
      name: 'instance',
      summary: 'instances',
      commands: [
        command('get', { arguments: [named('instance')], output: both(output('object')) }),
        command('list', { options: [{ ...option('--sort <field>'), suggested: ['name', 'name:desc'] }], output: both(output('list')) }),
        command('transfer', { arguments: [named('instance')], options: [option('--to <org>')] }),
      ],
    },
    { name: 'auth', summary: 'signing in', commands: [command('login', { shortcut: 'login', options: [option('--device')] })] },
    {
      name: 'sandbox',
      summary: 'a sandbox',
      commands: [command('exec', { program: named('command'), options: [option('--data <file>')] })],
    },
  ],
  commands: [
    command('completion', { arguments: [{ ...named('shell'), choices: ['bash', 'fish'] }] }),
    command('help', { arguments: [named('topic'), named('subcommand'), named('member')] }),
    command('api', { arguments: [named('path')], options: [option('--instance <handle>')] }),
    command('apply', { arguments: [named('file')] }),
  ],
  options: [
    option('--profile <profile>'),
    option('--org <org>'),
    option('-o, --output <format>', ['table', 'json']),
    option('--json'),
    option('--fields <a,b,c>'),
    option('--jq <expression>'),
    option('-h, --help'),
  ],
  topics: [named('output')],
};

const TOP = ['completion', 'help', 'api', 'apply', 'org', 'instance', 'auth', 'sandbox', 'login'];
const GLOBAL = ['--profile', '--org', '-o', '--output', '--json', '--fields', '--jq', '-h', '--help'];

/** What is wanted, in short: the words themselves, `:files`, or the kind of known values with what was given for them. */
function wantedAt(line: string): unknown {
  const { wanted } = questionAt(TREE, line.split(' '));
  if (wanted.kind === 'words') return wanted.words.map(({ value }) => value);
  return wanted.kind === 'files' ? ':files' : wanted;
}

function known(values: string, given: { readonly profile?: string; readonly org?: string } = {}): unknown {
  return { kind: 'known', values, profile: given.profile, org: given.org };
}

describe('what may come at the cursor', () => {
  test.each<[line: string, wanted: unknown]>([
    ['', TOP],
    ['o', TOP],
    ['org ', ['create', 'get', 'member']],
    ['org member ', ['add']],
    ['org member add -', ['--role', ...GLOBAL]],
    ['org member nothing ', ['add']],
    ['org member add --role ', expect.arrayContaining(['ORG_OWNER', 'ORG_USER_MANAGER'])],
    ['org c', ['create', 'get', 'member']],
    ['--json org ', ['create', 'get', 'member']],
    ['-o json org ', ['create', 'get', 'member']],
    ['--output=json org ', ['create', 'get', 'member']],
    ['-', GLOBAL],
    ['org -', GLOBAL],
    ['org create --', ['--no-use', ...GLOBAL]],
    ['login --', ['--device', ...GLOBAL]],
    ['login ', ['--device', ...GLOBAL]],
    ['org create ', []],
    ['org create Acme ', ['--no-use', ...GLOBAL]],
    ['org get ', known('organizations')],
    ['org get a', known('organizations')],
    ['org get a b', []],
    ['org get --json ', known('organizations')],
    ['org get --json --profile work ', known('organizations', { profile: 'work' })],
    ['--profile=work org get ', known('organizations', { profile: 'work' })],
    ['--profile ', known('profiles')],
    ['org get --profile ', known('profiles')],
    ['instance get ', known('instances')],
    ['--org acme instance get ', known('instances', { org: 'acme' })],
    ['instance transfer acme-eu --to ', known('organizations')],
    ['instance transfer acme-eu --to=', known('organizations')],
    ['instance get -o ', ['table', 'json']],
    ['instance get --output ', ['table', 'json']],
    ['instance get --output=', ['table', 'json']],
    ['instance get --output=j', ['table', 'json']],
    ['instance get --fields ', ['id', 'name']],
    ['instance get --fields=na', ['id', 'name']],
    ['instance get --fields name,', ['name,id']],
    ['instance get --fields name,id,', []],
    ['--fields ', []],
    ['instance get --jq ', ['.id', '.name']],
    ['instance list --jq=', ['.[].id', '.[].name']],
    ['instance list --sort ', ['name', 'name:desc']],
    ['instance get --json=', []],
    ['instance get --nothing=', []],
    ['instance get -- ', known('instances')],
    ['instance get -- -', known('instances')],
    ['completion ', ['bash', 'fish']],
    ['help ', ['output', ...TOP]],
    ['help org ', ['create', 'get', 'member']],
    ['help org member ', ['add']],
    ['help nothing ', []],
    ['apply ', ':files'],
    ['api --instance ', known('instances')],
    ['api --instance=a', known('instances')],
    ['api ', []],
    ['sandbox exec --data ', ':files'],
    ['sandbox exec --data=', ':files'],
    ['sandbox exec -- ', ':files'],
    ['sandbox exec -- ls --', ':files'],
    ['nothing ', TOP],
    ['org nothing ', ['create', 'get', 'member']],
  ])('flowkiwi %j', (line, wanted) => {
    expect(wantedAt(line)).toEqual(wanted);
  });

  test('what is typed of a value, and what stands before it', () => {
    expect(questionAt(TREE, ['org', 'get', 'ab'])).toMatchObject({ typed: 'ab', before: '' });
    expect(questionAt(TREE, ['org', 'get', '--output=js'])).toMatchObject({ typed: 'js', before: '--output=' });
    expect(questionAt(TREE, ['org', 'get', '--output', 'js'])).toMatchObject({ typed: 'js', before: '' });
    expect(questionAt(TREE, [])).toMatchObject({ typed: '', before: '' });
  });
});
