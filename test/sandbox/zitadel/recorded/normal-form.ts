/** What is another one in every run. */
export interface Known {
  /** Origin of the server. */
  readonly base: string;
  /** What makes the names of a run its own. */
  readonly suffix: string;
}

/** Members of JSON whose values never come twice. */
const RANDOM_MEMBERS: Readonly<Record<string, string>> = {
  sequence: '<N>',
  version: '<VERSION>',
  pat: '<TOKEN>',
  token: '<TOKEN>',
  machineKey: '<KEY>',
};

/** The value as the recorded answers have it: with a name in angle brackets for what is another one in every run. */
export function normalForm(value: unknown, known: Known): unknown {
  if (typeof value === 'string') return normalText(value, known);
  if (Array.isArray(value)) return value.map((item) => normalForm(item, known));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, member]) => [name, RANDOM_MEMBERS[name] ?? normalForm(member, known)]));
}

function normalText(text: string, { base, suffix }: Known): string {
  return text
    .replaceAll(base, '<BASE>')
    .replaceAll(new URL(base).host, '<HOST>')
    .replaceAll(suffix, '<SFX>')
    .replace(/\b\d{18}\b/g, '<ID>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<TS>')
    .replace(/-[a-z0-9]{6}\.localhost/g, '-<RND>.localhost')
    .replace(/^(?:proto:|invalid character).*/s, '<PARSER>');
}
