import { expect, test } from 'vitest';
import { choiceRows } from '../../src/output/choice-rows.ts';

const ID = '0196f3a0-1111-7000-8000-000000000001';

test.each<[what: string, columns: number, choices: readonly [name: string, detail: string][], rows: readonly string[]]>([
  ['nothing', 78, [], []],
  [
    'names of several lengths',
    78,
    [
      ['Acme', ID],
      ['Acme Corp', ID],
    ],
    [`Acme       ${ID}`, `Acme Corp  ${ID}`],
  ],
  ['a name that does not fit', 50, [['Acme Corporation of Cologne', ID]], [`Acme Corpor…  ${ID}`]],
  [
    'wide characters',
    50,
    [
      ['北京北京北京北京', ID],
      ['Acme', ID],
    ],
    [`北京北京北…   ${ID}`, `Acme          ${ID}`],
  ],
  ['what is no name', 78, [['', ID]], [`-  ${ID}`]],
  [
    'a choice without a detail, which has the whole line',
    50,
    [
      ['Acme', ID],
      ['Another one, by its id or its name', ''],
    ],
    [`Acme          ${ID}`, 'Another one, by its id or its name'],
  ],
  ['a terminal that is too narrow for an id', 30, [['Acme Corp', ID]], ['Acme Co…  0196f3a0-1111-7000-…']],
  ['a long URL', 40, [['work', `https://${'a'.repeat(60)}.example`]], [`work  https://${'a'.repeat(25)}…`]],
  ['what would move the cursor', 78, [['\x1b[2JAcme\nCorp\u202e', '1\r2']], ['\\x1b[2JAcme\\nCorp\\u202e  1\\r2']],
])('%s at %s columns', async (_, columns, choices, rows) => {
  expect(
    await choiceRows(
      choices.map(([name, detail]) => ({ name, detail })),
      columns,
    ),
  ).toEqual(rows);
});
