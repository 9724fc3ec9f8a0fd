import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { closest } from '../../output/closest.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { textResult } from '../kit/result.ts';

/** The shells that completion is made for. */
const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export const completion = defineCommand({
  name: 'completion',
  summary: 'let Tab complete your command lines',
  description:
    'Prints a script for the start-up file of the shell: Tab then completes commands, options, profiles, organizations that are known, and handles. ' +
    'For bash: source <(flowkiwi completion bash) in ~/.bashrc. For zsh: source <(flowkiwi completion zsh) in ~/.zshrc. ' +
    'For fish: flowkiwi completion fish | source in ~/.config/fish/config.fish. ' +
    'For PowerShell: flowkiwi completion powershell | Out-String | Invoke-Expression in $PROFILE.',
  arguments: [{ name: 'shell', kind: 'setting', summary: SHELLS.join(', '), choices: SHELLS }],
  examples: ['flowkiwi completion bash >> ~/.bashrc', 'flowkiwi completion fish > ~/.config/fish/completions/flowkiwi.fish'],
  exits: [],
  data: both(() => objectWith({ shell: 'string', script: 'string' })),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (_, { args: [given] }) => {
    const shell = SHELLS.find((known) => known === given);
    if (shell === undefined) throw unknownShell(given);
    const script = (await import('./scripts.ts')).SCRIPTS[shell];
    return textResult({ shell, script }, script);
  }),
);

function unknownShell(given: string | undefined): CliError {
  const hint = helpWith(`the shells are ${SHELLS.join(', ')}; for example`, 'completion', 'bash');
  if (given === undefined) return new CliError('usage', 'SHELL is missing', { hint });
  const meant = closest(given, SHELLS);
  return new CliError('usage', `there is no completion for ${JSON.stringify(given)}${meant ? `; did you mean ${meant}?` : ''}`, { hint });
}
