import { BlockList, isIP } from 'node:net';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { isAddressIn, isThisMachine } from './loopback.ts';

/** A proxy that requests are sent through. */
export interface HttpProxy {
  /** Scheme, host and port alone: safe to show. */
  readonly origin: string;
  /** Value of `Proxy-Authorization` (RFC 7617), from the user and password in the variable's URL. A secret. */
  readonly authorization: string | undefined;
  /** The variable that names it, for hints. */
  readonly variable: string;
}

/** Every variable that may name a proxy, with a password in its URL. */
export const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

/** A scheme if there is one, and the rest. */
const SCHEME_AND_REST = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s;
const USER_AND_PASSWORD = /^([^:]*):?(.*)$/s;

/**
 * What is secret in the value of such a variable, also in one that cannot be used: the password as written and as meant, and what
 * is made of it. Pure.
 */
export function proxySecrets(value: string): readonly string[] {
  const [, , rest = ''] = SCHEME_AND_REST.exec(value) ?? [];
  const [, user = '', password = ''] = USER_AND_PASSWORD.exec(rest.slice(0, Math.max(rest.lastIndexOf('@'), 0))) ?? [];
  // A user without a password is a token.
  return password === '' ? [user, decoded(user)] : [password, decoded(password), basic(decoded(user), decoded(password)).slice(6)];
}

/**
 * The proxy that the environment names for a URL, or undefined when it is to be reached directly. Pure.
 * `HTTPS_PROXY` is for https, `HTTP_PROXY` for http and for https when there is no other; in lower case they come first, and one that is
 * empty means none. `NO_PROXY` lists hosts with everything beneath them, with or without a port, networks of addresses (`192.0.2.0/24`), or
 * `*`. This machine never has a proxy. `ALL_PROXY` is refused where it alone would name one.
 * Throws `usage` when a variable cannot be understood. No part of its value is shown or looked up, because it may be one of a password.
 */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  const variable = variablesFor(url, env).find((name) => env[name] !== undefined);
  const value = variable === undefined ? '' : (env[variable] ?? '').trim();
  const isDirect = () => isThisMachine(url) || isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '');
  if (variable === undefined) {
    const forAll = FOR_ALL.find((name) => env[name]?.trim());
    if (forAll !== undefined && !isDirect()) throw notForAll(forAll);
    return undefined;
  }
  return value === '' || isDirect() ? undefined : readProxy(variable, value);
}

/** Read by some programs, for a proxy of any kind. To leave it out in silence would be to go where the user said not to go directly. */
const FOR_ALL = ['all_proxy', 'ALL_PROXY'] as const;

function notForAll(variable: string): CliError {
  return new CliError('usage', `${variable} is not supported: flowkiwi reads HTTPS_PROXY and HTTP_PROXY`, {
    hint: 'name an http proxy there, such as http://proxy.example:3128, or the host in NO_PROXY to go without one',
  });
}

function variablesFor({ protocol }: URL, env: Environment): readonly string[] {
  // Under CGI HTTP_PROXY holds the header `Proxy` of a request, that is, whatever a stranger sends (CVE-2016-5385).
  const http = env['REQUEST_METHOD'] ? ['http_proxy'] : ['http_proxy', 'HTTP_PROXY'];
  return protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY', ...http] : http;
}

function readProxy(variable: string, value: string): HttpProxy {
  const [, scheme = 'http', rest = ''] = SCHEME_AND_REST.exec(value) ?? [];
  // User and password if there are any, and the host with its port. A path means nothing to a proxy.
  const [, credentials = '', host = ''] = /^(?:([^/?#@\\\p{Cc}]*)@)?([^/?#@\\\s]+)(?:[/?#\\][^@]*)?$/u.exec(rest) ?? [];
  const isHttp = /^https?$/i.test(scheme);
  if (isHttp && host === '' && rest.includes('@')) {
    // It cannot be told where the password ends: what reads like the host may be the rest of it.
    throw new CliError('usage', `${variable} has a user or a password that is not percent-encoded`, {
      hint: 'percent-encode them: % is %25, @ is %40, / is %2F, # is %23, ? is %3F, \\ is %5C',
    });
  }
  const address = `${scheme}://${host}`;
  if (!isHttp || host === '' || !URL.canParse(address)) {
    const words = /^socks/i.test(scheme) ? 'names a SOCKS proxy, which is not supported' : 'does not name an http or https proxy';
    throw new CliError('usage', `${variable} ${words}`, {
      hint: 'for example http://proxy.example:3128',
    });
  }
  const [, user = '', password = ''] = USER_AND_PASSWORD.exec(credentials) ?? [];
  const isAnonymous = user === '' && password === '';
  return { origin: new URL(address).origin, variable, authorization: isAnonymous ? undefined : basic(decoded(user), decoded(password)) };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Percent-decoded; a password with a bare `%` in it is taken unchanged. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function isExempt({ protocol, hostname, port }: URL, list: string): boolean {
  const host = withoutBrackets(hostname.toLowerCase());
  return list.split(/[\s,]+/).some((entry) => {
    if (entry.includes('/')) return isInNetwork(host, entry);
    const [, name = '', onPort] = /^(\[[^\]]*\]|[^:]*|[^:]*(?::[^:]*){2,})(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (onPort !== undefined && onPort !== (port || DEFAULT_PORTS[protocol])) return false;
    if (name === '*') return true;
    const exempt = withoutBrackets(name.replace(/^\*?\./, ''));
    return exempt !== '' && (host === exempt || host.endsWith(`.${exempt}`) || isInNetwork(host, exempt));
  });
}

/** Whether a host is an address in a network (RFC 4632 section 3.1, RFC 4291 section 2.3), or the one address that is given in place of it. */
function isInNetwork(host: string, network: string): boolean {
  const [, address = '', bits] = /^\[?([^/\]]+)\]?(?:\/(\d{1,3}))?$/.exec(network) ?? [];
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  if (version === 0 || length > longest || (version === 6 && isIP(host) !== 6)) return false;
  const networks = new BlockList();
  networks.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  return isAddressIn(() => networks, host);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
