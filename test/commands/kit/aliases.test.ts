import { expect, test } from 'vitest';
import { withoutAliases } from '../../../src/commands/kit/aliases.ts';

test.each<[line: string, meant: string]>([
  ['orgs ls', 'org list'],
  ['orgs', 'org'],
  ['instances show acme-eu', 'instance get acme-eu'],
  ['org rm acme --yes', 'org delete acme --yes'],
  ['org get rm', 'org get rm'],
  ['org create ls', 'org create ls'],
  ['--profile ls orgs --json ls', '--profile ls org --json list'],
  ['-o json instance ls', '-o json instance list'],
  ['--output=json instance ls', '--output=json instance list'],
  ['profile ls', 'profile list'],
  ['profile rm work', 'profile remove work'],
  ['profile show work', 'profile show work'],
  ['org member ls', 'org member list'],
  ['orgs member rm jane', 'org member remove jane'],
  ['instance domain rm acme.example', 'instance domain remove acme.example'],
  ['auth list', 'profile list'],
  ['auth switch work', 'profile use work'],
  ['auth status', 'auth status'],
  ['version', '--version'],
  ['version acme', 'version acme'],
  ['sandbox exec -- orgs ls', 'sandbox exec -- orgs ls'],
  ['constructor toString', 'constructor toString'],
  ['', ''],
])('%j is %j', (line, meant) => {
  expect(withoutAliases(line.split(' ')).join(' ')).toBe(meant);
});
