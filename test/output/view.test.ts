import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { selectFields } from '../../src/output/view.ts';
import { placeView } from './place.ts';

const names = (fields: readonly string[]) => selectFields(placeView, fields).map((field) => field.name);

function refusal(fields: readonly string[]): CliError {
  try {
    selectFields(placeView, fields);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('selectFields', () => {
  it('keeps the order of the names', () => expect(names(['note', 'id'])).toEqual(['note', 'id']));
  it('takes fields that are not in the default table', () => expect(names(['tags'])).toEqual(['tags']));
  it('counts a repeated name once', () => expect(names(['id', 'name', 'id'])).toEqual(['id', 'name']));

  it('refuses an unknown name, lists the known ones and guesses', () => {
    const error = refusal(['id', 'nmae']);
    expect(error).toMatchObject({ code: 'usage', exitStatus: 2, message: 'unknown field "nmae"; did you mean "name"?' });
    expect(error.hint).toBe('the fields of place are id, name, note, tags');
  });
  it('does not guess wildly', () => expect(refusal(['weather']).message).toBe('unknown field "weather"'));
  it('refuses no name at all', () => expect(refusal([])).toMatchObject({ code: 'usage', message: '--fields names no field' }));
});
