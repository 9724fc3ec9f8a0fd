import { terminalSafe } from './terminal-text.ts';

export interface TreeNode {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

/** A node and everything below it, one terminal-safe line each, without a newline at the end. */
export function renderTree(node: TreeNode): string {
  return [terminalSafe(node.label), ...branches(node.children, '')].join('\n');
}

function branches(nodes: readonly TreeNode[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    const line = `${indent}${last ? '└─' : '├─'} ${terminalSafe(node.label)}`;
    return [line, ...branches(node.children, `${indent}${last ? '   ' : '│  '}`)];
  });
}
