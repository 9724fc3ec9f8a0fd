import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { untilReadable } from '../../identity/zitadel/until-readable.ts';

/** How long what was created a moment ago is waited for when `--timeout` does not say, in milliseconds. */
const PATIENCE_MS = 15_000;

/** What a search finds, asked again while it finds nothing: searches lag behind what is written. Undefined when the time runs out. */
export function waitUntilFound<T>(context: Context, find: () => Promise<T | undefined>): Promise<T | undefined> {
  const read = async () => {
    const found = await find();
    if (found !== undefined) return found;
    throw new CliError('not_found', 'nothing is found');
  };
  return waitUntilReadable(context, read);
}

/** What can be read once it is readable; undefined when the time runs out. */
export function waitUntilReadable<T>({ edges, options }: Context, read: () => Promise<T>): Promise<T | undefined> {
  return untilReadable(read, { limitMs: patience(options), clock: edges.clock, signal: edges.interruption });
}

/** Milliseconds that are waited. */
export function patience({ timeoutMs }: Context['options']): number {
  return timeoutMs ?? PATIENCE_MS;
}
