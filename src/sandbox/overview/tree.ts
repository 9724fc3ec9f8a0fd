/** What one API of the sandbox holds, in two levels, as far as it is shown: the newest first. */
export interface Tree {
  /** Whose it is, for its heading. */
  readonly provider: string;
  /** What the nodes of the two levels are, in the singular. */
  readonly rootNoun: string;
  readonly childNoun: string;
  readonly rootCount: number;
  readonly childCount: number;
  readonly roots: readonly RootNode[];
}

export interface TreeNode {
  readonly id: string;
  readonly name: string;
  /** What else it goes by: a handle or a domain; empty when nothing. */
  readonly label: string;
}

export interface RootNode extends TreeNode {
  readonly childCount: number;
  readonly children: readonly TreeNode[];
}

/** How many are read, and shown. */
export const MOST_ROOTS = 50;
export const MOST_CHILDREN = 20;
