import { createHash } from 'node:crypto';
import type { Context } from './middleware.ts';
import { document, type Page } from './pages/document.ts';
import { STYLE } from './pages/style.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every answer. The empty `script-src` allows nothing; the provider adds the hash of its own self-submitting forms to it. */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy("'self' http:"),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export interface PageAnswer {
  readonly status?: number;
  /** Where the answer to a form of this page may redirect to, besides this server. */
  readonly redirectUri?: string | undefined;
}

/** Answers with a whole HTML page. */
export function sendPage(context: Context, page: Page, answer: PageAnswer = {}): void {
  context.status = answer.status ?? 200;
  context.set(pageHeaders(answer.redirectUri));
  context.type = 'html';
  context.body = document(page);
}

/** The headers of a page whose forms may redirect to that URI, besides this server. */
export function pageHeaders(redirectUri: string | undefined): Readonly<Record<string, string>> {
  return { ...SECURITY_HEADERS, 'Content-Security-Policy': contentSecurityPolicy(formTargets(redirectUri)) };
}

function contentSecurityPolicy(forms: string): string {
  return [
    "default-src 'none'",
    'script-src',
    `style-src 'sha256-${STYLE_HASH}'`,
    'img-src data:',
    `form-action ${forms}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Browsers hold `form-action` against the redirects that follow a form as well, and the policy has no way to write an IPv6 address. */
function formTargets(redirectUri: string | undefined): string {
  if (redirectUri === undefined) return "'self'";
  const { origin, hostname } = new URL(redirectUri);
  return `'self' ${hostname.startsWith('[') ? 'http:' : origin}`;
}
