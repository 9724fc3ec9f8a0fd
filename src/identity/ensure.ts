import { isCliError } from '../errors.ts';

/** How to look for what may be there already; `none` where the server offers no way to know it again. */
export type Find<T> = (() => Promise<T | undefined>) | 'none';

/** Something that is to be there once. What is found may be known in another form than what was created. */
export interface Ensurable<Created, Found> {
  /** Creates it. Throws `conflict` when it is there already, or something else is in its way. */
  readonly create: () => Promise<Created>;
  /** Looks for it when it could not be created; undefined when what is in its way is something else. */
  readonly find: Find<Found>;
}

export type Ensured<Created, Found> =
  | { readonly created: true; readonly thing: Created }
  /** It was there already. */
  | { readonly created: false; readonly thing: Found };

/**
 * Creates something unless it is there. It is created first: the usual case is one request, and the server's conflict is the truth, where a
 * look beforehand is only a hint. Throws what `create` and `find` throw, the conflict also when nothing is found.
 */
export async function ensure<Created, Found = Created>({ create, find }: Ensurable<Created, Found>): Promise<Ensured<Created, Found>> {
  try {
    return { created: true, thing: await create() };
  } catch (error) {
    if (!isCliError(error) || error.code !== 'conflict' || find === 'none') throw error;
    const thing = await find();
    if (thing === undefined) throw error;
    return { created: false, thing };
  }
}
