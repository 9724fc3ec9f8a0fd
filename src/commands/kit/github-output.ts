import type { GithubOutput } from '../../context/global-options.ts';
import { CliError } from '../../errors.ts';
import type { Command } from './command.ts';

/** What GitHub takes for the name of an output: others cannot be read in an expression. */
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The outputs that `--github-output` names. Throws `usage` for what is not NAME=FIELD, and for a name that is given twice. Pure. */
export function readGithubOutputs(given: readonly string[]): readonly GithubOutput[] {
  const outputs = given.map(readGithubOutput);
  const names = outputs.map(({ name }) => name.toLowerCase());
  const twice = outputs.find((_, index) => names.indexOf(names[index] ?? '') !== index);
  if (twice === undefined) return outputs;
  throw new CliError('usage', `--github-output names ${twice.name} twice`, {
    hint: 'GitHub makes no difference between capital and small letters',
  });
}

function readGithubOutput(given: string): GithubOutput {
  const [, name = '', field = ''] = /^([^=]*)=(.*)$/s.exec(given) ?? [];
  if (NAME.test(name) && field !== '') return { name, field };
  throw new CliError('usage', `--github-output takes NAME=FIELD, not ${JSON.stringify(given)}`, {
    hint: 'for example --github-output org_id=id; a name has letters, digits, - and _, and begins with a letter or _',
  });
}

/** Throws `usage` for outputs of a command that does not print one resource, before it does anything. */
export function checkGithubOutputs({ printsResource }: Pick<Command, 'printsResource'>, outputs: readonly GithubOutput[]): void {
  if (outputs.length === 0 || printsResource) return;
  throw new CliError('usage', '--github-output is for commands that print one resource, such as org create and instance get', {
    hint: 'leave it out here',
  });
}
