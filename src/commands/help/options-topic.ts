import { GLOBAL_OPTIONS } from '../kit/global-options.ts';

/** The options of every command, as a page of the manual. Pure. */
export function optionsText(): string {
  const all = [
    ...GLOBAL_OPTIONS.map(({ flags, summary }) => [flags, summary] as const),
    ['-V, --version', 'show the version'] as const,
    ['-h, --help', 'show help'] as const,
  ];
  const width = Math.max(...all.map(([flags]) => flags.length)) + 2;
  const lines = all.map(([flags, summary]) => `  ${flags.padEnd(width)}${summary}`);
  return `Every command takes these, before its name or behind it.

${lines.join('\n')}

A variable in parentheses says the same for every command; a flag wins.
`;
}
