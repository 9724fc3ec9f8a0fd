import type { View } from '../../src/output/view.ts';

/** A small resource with one field of each sort. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly tags: readonly string[];
}

export const placeView: View<Place> = {
  kind: 'place',
  fields: [
    { name: 'id', heading: 'ID', table: true, keep: true, text: (place) => place.id },
    { name: 'name', heading: 'Name', table: true, text: (place) => place.name },
    { name: 'note', heading: 'Note', table: true, text: (place) => place.note ?? '' },
    { name: 'tags', heading: 'Tags', table: false, text: (place) => place.tags },
  ],
  id: (place) => place.id,
  json: (place) => ({ ...place }),
};

export function place(id: string, name: string, note: string | null = null, tags: readonly string[] = []): Place {
  return { id, name, note, tags };
}
