import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { closest } from '../../output/closest.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { choice } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import { textResult } from '../kit/result.ts';

/** The shells that completion is made for. */
const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** In place of a shell. */
const INSTALL = 'install';

export const completion = defineCommand({
  name: 'completion',
  summary: 'let Tab complete your command lines',
  description:
    'Tab completes commands, options and their values, fields, profiles, organizations that are known, and handles. install puts the script of the ' +
    'shell where it is found, adds lines to its start-up file where that is needed, once, and says what it did. With the name of a shell the script is ' +
    'printed, for the start-up file. ' +
    'For bash: source <(flowkiwi completion bash) in ~/.bashrc. For zsh: source <(flowkiwi completion zsh) in ~/.zshrc. ' +
    'For fish: flowkiwi completion fish | source in ~/.config/fish/config.fish. ' +
    'For PowerShell: flowkiwi completion powershell | Out-String | Invoke-Expression in $PROFILE.',
  arguments: [{ name: 'shell', kind: 'setting', summary: [...SHELLS, INSTALL].join(', '), choices: [...SHELLS, INSTALL] }],
  options: { shell: choice('--shell <shell>', SHELLS, 'with install: the shell, when it is not that of SHELL') },
  examples: [
    'flowkiwi completion install',
    'flowkiwi completion bash >> ~/.bashrc',
    'flowkiwi completion fish > ~/.config/fish/completions/flowkiwi.fish',
  ],
  exits: ['conflict', 'invalid'],
  data: both(() => {
    const { form, fields } = objectWith({ script: 'string', path: 'string', start_file: 'string | null', changed: 'boolean' });
    return { form, fields: [{ name: 'shell', type: 'string' }, ...fields.map((field) => ({ ...field, optional: true }))] };
  }),
  effect: (_, [first]) => (first === INSTALL ? 'changes' : 'reads'),
  org: both('ignored'),
}).run(
  both(async (context, { args: [given], options: { shell: chosen } }) => {
    if (given === INSTALL) return (await import('./install.ts')).installCompletion(context, chosen);
    if (chosen !== undefined)
      throw new CliError('usage', '--shell goes with completion install', {
        hint: helpWith('for example', 'completion', 'install', '--shell', chosen),
      });
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
