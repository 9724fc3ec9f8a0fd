import type { Environment } from '../edges.ts';
import { CliError } from '../errors.ts';

/** A proxy that requests are sent through. */
export interface HttpProxy {
  /** Scheme, host and port alone: safe to show. */
  readonly origin: string;
  /** Value of `Proxy-Authorization` (RFC 7617), from the user and password in the variable's URL. A secret. */
  readonly authorization: string | undefined;
  /** The variable that names it, for hints. */
  readonly variable: string;
}

/**
 * The proxy that the environment names for a URL, or undefined when it is to be reached directly. Pure.
 * `HTTPS_PROXY` is for https, `HTTP_PROXY` for http and for https when there is no other; in lower case they come first, and one that is
 * empty means none. `NO_PROXY` lists hosts with everything beneath them, with or without a port, or `*`. Loopback never has a proxy.
 * Throws `usage`, without the value, which may hold a password, when a variable cannot be understood.
 */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  if (isThisMachine(url) || isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined;
  const variable = variablesFor(url, env).find((name) => env[name] !== undefined);
  const value = variable === undefined ? '' : (env[variable] ?? '').trim();
  return variable === undefined || value === '' ? undefined : readProxy(variable, value);
}

function variablesFor({ protocol }: URL, env: Environment): readonly string[] {
  // Under CGI HTTP_PROXY holds the header `Proxy` of a request, that is, whatever a stranger sends (CVE-2016-5385).
  const http = env['REQUEST_METHOD'] ? ['http_proxy'] : ['http_proxy', 'HTTP_PROXY'];
  return protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY', ...http] : http;
}

function readProxy(variable: string, value: string): HttpProxy {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new CliError('usage', `${variable} does not name an http or https proxy`, {
      hint: `for example ${variable}=http://proxy.example:3128`,
    });
  }
  const { username, password, origin } = url;
  const isAnonymous = username === '' && password === '';
  return { origin, variable, authorization: isAnonymous ? undefined : basic(decoded(username), decoded(password)) };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Percent-decoded; a password with a bare `%` in it is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** All of 127.0.0.0/8, ::1, and the names that always mean this machine (RFC 6761 section 6.3). */
function isThisMachine({ hostname }: URL): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|([^.]+\.)*localhost\.?)$/.test(hostname);
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function isExempt({ protocol, hostname, port }: URL, list: string): boolean {
  const host = withoutBrackets(hostname.toLowerCase());
  return list.split(/[\s,]+/).some((entry) => {
    const [, name = '', onPort] = /^(\[[^\]]*\]|[^:]*|[^:]*(?::[^:]*){2,})(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (onPort !== undefined && onPort !== (port || DEFAULT_PORTS[protocol])) return false;
    if (name === '*') return true;
    const exempt = withoutBrackets(name.replace(/^\*?\./, ''));
    return exempt !== '' && (host === exempt || host.endsWith(`.${exempt}`));
  });
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
