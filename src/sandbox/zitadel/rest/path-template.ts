/** A path of `google.api.http`, for example `/orgs/{org_id}`, cut at its slashes. */
export interface PathTemplate {
  readonly segments: readonly Segment[];
}

interface Segment {
  /** What has to stand there; undefined for a variable. */
  readonly literal: string | undefined;
  /** Path of the field that takes what stands there. */
  readonly field: string;
  /** Whether the variable takes the rest of the path (`{name=**}`). */
  readonly takesRest: boolean;
}

export function parseTemplate(text: string): PathTemplate {
  const segments = text.slice(1).split('/');
  return {
    segments: segments.map((segment) => {
      const [, field, pattern = '*'] = /^\{([^=}]+)(?:=([^}]+))?\}$/.exec(segment) ?? [];
      return { literal: field === undefined ? segment : undefined, field: field ?? '', takesRest: pattern === '**' };
    }),
  };
}

/** The variables of a decoded path, cut at its slashes, by the field that takes each; undefined when the path is another. */
export function matchPath({ segments }: PathTemplate, parts: readonly string[]): ReadonlyMap<string, string> | undefined {
  const variables = new Map<string, string>();
  for (const [index, { literal, field, takesRest }] of segments.entries()) {
    const part = takesRest ? parts.slice(index).join('/') : parts[index];
    if (part === undefined || (literal ?? part) !== part || (literal === undefined && part === '')) return undefined;
    if (literal === undefined) variables.set(field, part);
    if (takesRest) return variables;
  }
  return parts.length === segments.length ? variables : undefined;
}
