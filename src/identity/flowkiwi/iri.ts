/**
 * The id of a resource: its own field or, where that is null, the last part of its address `@id` (contract section 6.5). Undefined for one without any,
 * also when its address is one that the framework has made up for something that has none. Pure.
 */
export function readId(json: Readonly<Record<string, unknown>>): string | undefined {
  const { id } = json;
  if (typeof id === 'string' && id !== '') return id;
  const iri = json['@id'];
  return typeof iri === 'string' ? lastPart(iri) : undefined;
}

/** The last part of the path of an IRI, decoded. */
export function lastPart(iri: string): string | undefined {
  const [path = ''] = iri.split(/[?#]/, 1);
  const part = path.slice(path.lastIndexOf('/') + 1);
  if (part === '' || path.includes('/.well-known/genid/')) return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
