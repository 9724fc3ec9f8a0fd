import { CliError } from '../../errors.ts';

/** Names are remembered, and may have changed since: what is to be deleted is not what was meant. */
export function renamed(meant: string, { id, name }: { readonly id: string; readonly name: string }): CliError {
  return new CliError('conflict', `the organization that was named ${JSON.stringify(meant)} is now named ${JSON.stringify(name)}`, {
    hint: `to delete it all the same, give its id: flowkiwi org delete ${id}`,
  });
}
