/** What is said, with a label in front, or indented, and a command line after it. */
export interface Paragraph {
  readonly label: string;
  readonly indent: string;
  readonly said: string | undefined;
  readonly command: string | undefined;
}

/** A paragraph in one line. */
export function paragraphLine({ label, indent, said, command }: Paragraph): string {
  const text = [said, command].filter((part) => part !== undefined).join(': ');
  return indent + [label, text].filter((part) => part !== '').join(' ');
}
