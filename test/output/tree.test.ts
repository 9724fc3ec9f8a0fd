import { expect, test } from 'vitest';
import { type TreeNode, treeLines } from '../../src/output/tree.ts';

const node = (label: string, ...children: TreeNode[]): TreeNode => ({ label, children });

test.each([
  [node('alone'), 'alone'],
  [
    node('Organization "Acme Corp"', node('Instance "Acme EU" (handle: acme-eu → acme-eu.product-management.flowkiwi.net)')),
    'Organization "Acme Corp"\n└─ Instance "Acme EU" (handle: acme-eu → acme-eu.product-management.flowkiwi.net)',
  ],
  [node('a', node('b'), node('c')), 'a\n├─ b\n└─ c'],
  [node('a', node('b', node('c')), node('d', node('e'))), 'a\n├─ b\n│  └─ c\n└─ d\n   └─ e'],
])('%j', (tree, text) => {
  expect(treeLines(tree).join('\n')).toBe(text);
});
