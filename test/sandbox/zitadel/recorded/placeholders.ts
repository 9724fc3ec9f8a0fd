import type { Clock } from '../../../../src/edges.ts';
import type { Json } from '../../../support/servers/sandbox-in-memory.ts';
import { systemToken } from '../../../support/servers/zitadel-in-memory.ts';

export interface Placeholders {
  /** The text with a value for each name in braces; names without a value stay. */
  readonly fill: (template: string) => string;
  readonly save: (name: string, value: string) => void;
}

/** What never changes. The verifier is that of the challenge. */
const FIXED: Readonly<Record<string, string>> = {
  VERIFIER: 'recorded-code-verifier-0123456789-abcdefghijklmnop',
  PKCE: 'code_challenge=vks7HQ8zvewCzr3NzFRxv8_BIfDDWC2hX2PFf7CtXhU&code_challenge_method=S256',
  AUD: 'urn:zitadel:iam:org:project:id:zitadel:aud',
  GRANT: 'urn:ietf:params:oauth:grant-type:',
  ASSERTION_TYPE: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  CALLBACK: 'redirect_uri=http://127.0.0.1:4567/callback',
  WEB_CALLBACK: 'redirect_uri=https://app.example/callback',
};

/** Placeholders whose values come one after the other; what is signed is signed anew each time. */
export function createPlaceholders(base: string, clock: Pick<Clock, 'now'>): Placeholders {
  const saved = new Map(Object.entries({ ...FIXED, BASE: base }));
  const value = (name: string) => saved.get(name) ?? '';
  saved.set('HUMAN', '{SFX}human');
  saved.set('KEYBOT', '{SFX}key');

  function valueNamed(name: string): string | undefined {
    const known = saved.get(name);
    if (known !== undefined) return fill(known);
    const [, kind = '', variant = ''] = /^(SYS|JB_|CA_|CAW_|BASIC_)(\w*)$/.exec(name) ?? [];
    if (kind === 'BASIC_') return basic(variant);
    if (kind === 'SYS') return systemUserToken(variant);
    return kind === '' ? undefined : assertion(kind, variant);
  }

  function fill(template: string): string {
    return template.replace(/\{([A-Z][A-Z0-9_]*)\}/g, (whole, name: string) => valueNamed(name) ?? whole);
  }

  function systemUserToken(variant: string): string {
    const owner = { iss: 'provisioner', sub: 'provisioner' };
    return systemToken(value('SYSTEMKEY'), base, clock, { ...owner, ...changed(variant) });
  }

  /** Claims that make a token a bad one, in each of these ways; none for another name. */
  function changed(variant: string): Json {
    const now = Math.floor(clock.now() / 1000);
    const claims: Readonly<Record<string, Json>> = {
      AHEAD: { iat: now + 60 },
      AHEAD1: { iat: now + 1 },
      BEHIND: { iat: now - 4000 },
      OLD: { iat: now - 4000 },
      EXP: { iat: now - 600, exp: now - 60 },
      LONG: { exp: now + 86_400 },
      NOEXP: { exp: undefined },
      NOIAT: { iat: undefined },
      AUD: { aud: 'http://other.example' },
      AUDSLASH: { aud: `${base}/` },
      AUDTOKEN: { aud: `${base}/oauth/v2/token` },
      AUDARRAY: { aud: [base, 'http://other.example'] },
      SUB: { sub: '999' },
      ISS: { iss: '999', sub: '999' },
    };
    return claims[variant] ?? {};
  }

  /** What the key of a machine user (`JB_`), of an API (`CA_`) or of a web app (`CAW_`) signs about its owner. */
  function assertion(kind: string, variant: string): string {
    const name = { JB_: 'KEYBOTKEY', CA_: 'APIKEY', CAW_: 'WEBPKKEY' }[kind] ?? '';
    const file = JSON.parse(Buffer.from(value(name), 'base64').toString());
    const owner = file.userId ?? file.clientId;
    const header = variant === 'NOKID' ? { alg: 'RS256' } : { alg: 'RS256', kid: variant === 'KID' ? '999' : file.keyId };
    const signed = systemToken(
      variant === 'SIG' ? value('SYSTEMKEY') : file.key,
      base,
      clock,
      { iss: owner, sub: owner, ...changed(variant) },
      header,
    );
    if (variant === 'SAME') saved.set(`${kind}SAME`, signed);
    return signed;
  }

  /** Client id and secret of HTTP Basic. */
  function basic(variant: string): string {
    const wrong = /^(\w+)_WRONG$/.exec(variant)?.[1];
    const [id, secret] =
      {
        UNKNOWN: ['nosuch-client', 'x'],
        OTHER: [value('APIO'), value('APIOSECRET')],
        CI_UPPER: [value('CI').toUpperCase(), value('CISECRET')],
        CIID: [value('CIID'), value('CISECRET')],
      }[variant] ?? (wrong === undefined ? [value(variant), value(`${variant}SECRET`)] : [value(wrong), 'wrong-secret']);
    return Buffer.from(`${encodeURIComponent(id ?? '')}:${encodeURIComponent(secret ?? '')}`).toString('base64');
  }

  return { fill, save: (name, text) => saved.set(name, text) };
}
