/** Makes a value when it is first asked for, and gives the same one ever after. */
export function once<T>(make: () => T): (() => T) & { readonly made: () => boolean } {
  let value: { readonly made: T } | undefined;
  const get = () => {
    value ??= { made: make() };
    return value.made;
  };
  return Object.assign(get, { made: () => value !== undefined });
}
