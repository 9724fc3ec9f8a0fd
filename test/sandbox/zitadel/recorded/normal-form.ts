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
  keyDetails: '<KEY>',
  n: '<KEY>',
  clientSecret: '<SECRET>',
  device_code: '<TOKEN>',
};

/** A number of seconds since 1970, as it is for a long time to come. */
const FIRST_TIME = 1_000_000_000;

/** The value as the recorded answers have it: with a name in angle brackets for what is another one in every run. */
export function normalForm(value: unknown, known: Known): unknown {
  if (typeof value === 'string') return normalText(value, known);
  if (typeof value === 'number') return value >= FIRST_TIME ? '<UNIX>' : value;
  if (Array.isArray(value)) return value.map((item) => normalForm(item, known));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, member]) => [name, normalMember(name, member, known)]));
}

function normalMember(name: string, member: unknown, known: Known): unknown {
  if (name === 'aud' && Array.isArray(member)) return member.length;
  return RANDOM_MEMBERS[name] ?? normalForm(member, known);
}

/** Names of the claims of a JWT, sorted; `aud*2` says how many there are. Undefined for another text. */
export function claimNames(token: unknown): string[] | undefined {
  const [, payload] = JWT.exec(String(token)) ?? [];
  if (payload === undefined) return undefined;
  const claims: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const names = Object.entries(claims).map(([name, value]) => (Array.isArray(value) && name === 'aud' ? `aud*${value.length}` : name));
  return names.sort();
}

const JWT = /^eyJ[\w-]+\.([\w-]+)\.[\w-]+$/;

function normalText(text: string, { base, suffix }: Known): string {
  return text
    .replaceAll(base, '<BASE>')
    .replaceAll(new URL(base).host, '<HOST>')
    .replaceAll(suffix, '<SFX>')
    .replaceAll('user=zitadel database=zitadel', '<DB>')
    .replace(/127\.0\.0\.1:5432(?: \(localhost\))?/g, '<DB>')
    .replace(JWT, '<JWT>')
    .replace(/^[\w-]{104}$/, '<TOKEN>')
    .replace(/(?<=[?&;]code=)[\w-]{46}(?=&)/g, '<CODE>')
    .replace(/(?<=zitadel\.useragent=)[\w-]+/, '<COOKIE>')
    .replace(/(?<![\w-])[BCDFGHJ-NP-TV-Z]{4}-[BCDFGHJ-NP-TV-Z]{4}(?![\w-])/g, '<USERCODE>')
    .replace(/(?<!\d)\d{18}(?!\d)/g, '<ID>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<TS>')
    .replace(/-[a-z0-9]{6}\.localhost/g, '-<RND>.localhost')
    .replace(/^(?:proto:|invalid character).*/s, '<PARSER>');
}
