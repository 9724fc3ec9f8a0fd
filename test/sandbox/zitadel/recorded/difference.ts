import type { Recorded } from './exchange.ts';

/** The answer of the stand-in in its normal form: `body` is JSON where the recorded one is. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Names of the claims of the tokens in the answer, as the recorded ones are. */
  readonly idToken: readonly string[] | undefined;
  readonly accessToken: readonly string[] | undefined;
}

export interface Difference {
  /** `status`, `headers.NAME`, or `body` with a path in it. */
  readonly field: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

const COMMON = { 'content-type': 'application/json', 'x-robots-tag': 'none' };
const BROWSER = 'zitadel.useragent=<COOKIE>; Path=/; Domain=localhost; Max-Age=31536000; HttpOnly; SameSite=Lax';
const PLAIN = 'text/plain; charset=utf-8';
const UNCACHED = { 'cache-control': 'no-store', pragma: 'no-cache' };

const USUAL_HEADERS: Readonly<Record<Recorded['headers'], Readonly<Record<string, string>>>> = {
  success: { ...COMMON, ...UNCACHED, vary: 'Origin, Cookie', 'set-cookie': 'zitadel.quota.exhausted=; Path=/; Max-Age=0; SameSite=Lax' },
  refusal: { ...COMMON, ...UNCACHED, vary: 'Origin' },
  undecoded: { ...COMMON, vary: 'Origin' },
  oauth: { ...COMMON, ...UNCACHED, vary: 'Origin, Cookie', 'set-cookie': BROWSER },
  redirect: { ...COMMON, ...UNCACHED, vary: 'Origin, Cookie', 'set-cookie': BROWSER, 'content-type': 'text/html; charset=utf-8' },
  plain: { ...COMMON, ...UNCACHED, vary: 'Origin', 'content-type': PLAIN },
  debug: { ...COMMON, 'content-type': PLAIN },
};

const COMPARED_HEADERS = [
  ...Object.keys(USUAL_HEADERS.success),
  ...['www-authenticate', 'allow', 'location', 'retry-after'],
  ...['origin', 'credentials', 'methods'].map((name) => `access-control-allow-${name}`),
  'access-control-expose-headers',
];

/** In what the answer differs from the recorded one, `discovery` being the metadata of an issuer called `<ISSUER>`. */
export function differencesOf(recorded: Recorded, answered: Answered, discovery: unknown): Difference[] {
  const { status, error } = recorded;
  const challenge = status === 401 && error !== undefined ? { 'www-authenticate': messageOf(error) } : {};
  const headers: Readonly<Record<string, string | null>> = { ...USUAL_HEADERS[recorded.headers], ...challenge, ...recorded.but };
  return [
    ...different('status', status, answered.status),
    ...COMPARED_HEADERS.flatMap((name) => different(`headers.${name}`, headers[name] ?? null, answered.headers[name] ?? null)),
    ...different('body', bodyOf(recorded, discovery), answered.body),
    ...differentClaims('idToken', recorded.idToken, answered.idToken),
    ...differentClaims('accessToken', recorded.accessToken, answered.accessToken),
  ];
}

/** Not of every token it is known what is in it. */
function differentClaims(field: string, recorded: readonly string[] | undefined, answered: readonly string[] | undefined): Difference[] {
  return recorded === undefined ? [] : different(field, recorded.join(' '), answered?.join(' '));
}

function bodyOf(recorded: Recorded, discovery: unknown): unknown {
  if (recorded.error !== undefined) return documentOf(recorded.error);
  if (recorded.link) return `<a href="${recorded.but?.['location']?.replaceAll('&', '&amp;')}">Found</a>.\n\n`;
  return recorded.discovery === undefined
    ? recorded.body
    : JSON.parse(JSON.stringify(discovery).replaceAll('<ISSUER>', recorded.discovery));
}

function documentOf(error: NonNullable<Recorded['error']>): unknown {
  const [code, text, id] = error;
  const details = [{ '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text }];
  return { code, message: messageOf(error), ...(id === undefined ? {} : { details }) };
}

function messageOf([, text, id]: NonNullable<Recorded['error']>): string {
  return id === undefined ? text : `${text} (${id})`;
}

function different(field: string, recorded: unknown, answered: unknown): Difference[] {
  if (recorded === answered || (recorded === '<ANY>' && answered !== undefined) || (recorded === '<N>' && /^\d+$/.test(String(answered))))
    return [];
  if (!isObject(recorded) || !isObject(answered)) return [{ field, recorded, answered }];
  const names = new Set([...Object.keys(recorded), ...Object.keys(answered)]);
  return [...names].flatMap((name) => different(`${field}.${name}`, recorded[name], answered[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
