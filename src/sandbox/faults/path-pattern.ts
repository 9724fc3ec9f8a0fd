/**
 * What tells whether a whole path has the form of a pattern, in which `*` is any text, or none. Takes time in proportion to the path, however
 * many stars there are: each piece between two of them is looked for once, as far in front as it can be.
 */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (path) => path === first;
  return (path) => {
    const end = path.length - last.length;
    if (!path.startsWith(first) || !path.endsWith(last)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = path.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}
