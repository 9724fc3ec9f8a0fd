import { expect, test } from 'vitest';
import { reflow } from '../../../src/commands/help/reflow.ts';

test.each<[what: string, text: string, reflowed: string]>([
  ['a short line', 'One line.\n', 'One line.\n'],
  [
    'a paragraph',
    'One two three\nfour five six seven eight nine ten eleven\n',
    'One two three four five six seven eight\nnine ten eleven\n',
  ],
  ['two paragraphs', 'One\ntwo.\n\nThree.\n', 'One two.\n\nThree.\n'],
  [
    'a command line',
    'Like this:\n  flowkiwi instance get acme-eu --fields id,handle,name\n',
    'Like this:\n  flowkiwi instance get acme-eu --fields id,handle,name\n',
  ],
  ['a list', '  --one   a\n  --two   b\n', '  --one   a\n  --two   b\n'],
  [
    'a long item',
    '  --one   one two three four five six seven eight nine\n',
    '  --one   one two three four five six\n          seven eight nine\n',
  ],
  ['an item that goes on', '  --one   one two\n          three\n  --two   four\n', '  --one   one two three\n  --two   four\n'],
  [
    'a term without room beside it',
    '  flowkiwi --profile sandbox-zitadel login --device   what it does\n',
    '  flowkiwi --profile sandbox-zitadel login --device\n      what it does\n',
  ],
])('%s', (_, text, reflowed) => {
  expect(reflow(text, 40)).toBe(reflowed);
});
