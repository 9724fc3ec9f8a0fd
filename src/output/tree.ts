export interface TreeNode {
  readonly label: string;
  readonly children: readonly TreeNode[];
}

/** A node and everything below it, a line each, in which the labels stand unescaped. */
export function treeLines(node: TreeNode): readonly string[] {
  return [node.label, ...branches(node.children, '')];
}

function branches(nodes: readonly TreeNode[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    const line = `${indent}${last ? '└─' : '├─'} ${node.label}`;
    return [line, ...branches(node.children, `${indent}${last ? '   ' : '│  '}`)];
  });
}
