import type { Context } from '../../context/context.ts';
import { confirmByName } from '../kit/ask.ts';
import { commandLine } from '../kit/command-line.ts';
import { deletedResult, type Result } from '../kit/result.ts';

export interface FoundOrganization {
  readonly organization: { readonly id: string; readonly name: string };
  /** Whether a person has to give its name first. */
  readonly ask: boolean;
  /** Deletes it at the server. */
  readonly remove: (id: string) => Promise<void>;
}

/** Deletes an organization that was read back just now, and forgets it. Throws as `confirmByName` and `remove` do. */
export async function deleteFound(context: Context, { organization, ask, remove }: FoundOrganization): Promise<Result> {
  const { id } = organization;
  const organizations = await context.organizations();
  const { current } = await organizations.read();
  if (ask) await confirmByName(context, 'organization', organization);
  await remove(id);
  await organizations.forget(id);
  return deletedResult('organization', organization, { next: current === id ? commandLine(context, 'org list') : undefined });
}
