import type { Printer } from '../../output/printer.ts';
import type { Field, View } from '../../output/view.ts';
import { type Data, objectOf } from './data.ts';
import { type Result, recordResult } from './result.ts';

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** What came of a create that may have found the thing there already. */
interface Outcome<T> {
  readonly thing: T;
  readonly created: boolean;
  /** The name that was asked for, where the thing has another one. */
  readonly requested_name: string | null;
}

/** How a create prints what is there afterwards. */
export interface CreationView<T> {
  /** Throws `usage` when `--fields` names a field that there is not. To be called before anything is created. */
  readonly check: (printer: Printer) => void;
  readonly result: (thing: T, how: { readonly created: boolean; readonly requested: string }, words: Omit<Result, 'print'>) => Result;
}

/**
 * How a create prints what is there afterwards: as any other command does, and with `--if-exists skip` also whether it was created, and the name
 * that was asked for where that is another one.
 */
export function creationView<T extends Named>(view: View<T>, ifExists: 'fail' | 'skip' | undefined): CreationView<T> {
  if (ifExists !== 'skip') {
    return { check: (printer) => printer.check(view), result: (thing, _, words) => recordResult(view, thing, words) };
  }
  const outcomes = outcomeView(view);
  return {
    check: (printer) => printer.check(outcomes),
    result: (thing, { created, requested }, words) => {
      const requested_name = hasOtherName(thing, requested) ? requested : null;
      return recordResult(outcomes, { thing, created, requested_name }, words);
    },
  };
}

/** What such a create prints as JSON. */
export function creationData<T>(view: View<T>): Data {
  return objectOf(outcomeView(view));
}

/** Whether what is there is known to have another name than was asked for. */
export function hasOtherName({ name }: Pick<Named, 'name'>, requested: string): boolean {
  return name !== null && name !== '' && name !== requested;
}

function outcomeView<T>(view: View<T>): View<Outcome<T>> {
  const fields = view.fields.map((field): Field<Outcome<T>> => ({ ...field, text: ({ thing }) => field.text(thing) }));
  return {
    kind: view.kind,
    fields: [
      ...fields.slice(0, 2),
      {
        name: 'created',
        heading: 'New',
        type: 'boolean',
        optional: true,
        table: false,
        keep: true,
        text: ({ created }) => (created ? 'yes' : 'no'),
      },
      { name: 'requested_name', heading: 'Asked for', optional: true, table: false, text: ({ requested_name }) => requested_name },
      ...fields.slice(2),
    ],
    id: ({ thing }) => view.id(thing),
    json: ({ thing, created, requested_name }) => {
      const { id, name, ...rest } = view.json(thing);
      return { id, name, created, requested_name, ...rest };
    },
  };
}
