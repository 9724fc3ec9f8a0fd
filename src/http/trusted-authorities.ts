import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import type { Help } from '../hint.ts';

const PEM = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/**
 * The certificates of the authorities to trust: those that Node.js trusts, and those in the file of `SSL_CERT_FILE`. Undefined without that
 * variable: then they are Node's own business. Throws `usage` for a file that cannot be read or has none.
 */
export function trustedAuthorities(env: Environment): readonly string[] | undefined {
  const path = env['SSL_CERT_FILE'];
  if (!path) return undefined;
  const problem = problemOf(path);
  if (problem)
    throw new CliError('usage', `SSL_CERT_FILE names ${path}, which ${problem}`, {
      hint: 'name a file with certificates in PEM form, or unset it',
    });
  return [...usualAuthorities(env), readFileSync(path, 'utf8')];
}

/** Before Node.js 22.15 nothing tells what it trusts by default: what is built in, and the file of `NODE_EXTRA_CA_CERTS`. */
function usualAuthorities(env: Environment): readonly string[] {
  if ('getCACertificates' in tls && typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  const extra = env['NODE_EXTRA_CA_CERTS'];
  return [...tls.rootCertificates, ...(extra && problemOf(extra) === undefined ? [readFileSync(extra, 'utf8')] : [])];
}

/** What helps where a certificate is not trusted. `nodeVersion` is `20.18.0`. Never throws. */
export function hintForUntrusted(env: Environment, nodeVersion: string): Help {
  const unusable = unusableExtraAuthorities(env);
  if (unusable !== undefined) return unusable;
  const file = 'set NODE_EXTRA_CA_CERTS to the file with its certificate';
  if (!hasSystemAuthorities(nodeVersion) || env['NODE_USE_SYSTEM_CA'] === '1') {
    return `if the certificate comes from an authority of your own, ${file}`;
  }
  return `if the certificate comes from an authority that this system trusts, set NODE_USE_SYSTEM_CA=1; if not, ${file}`;
}

/** What is wrong with the file of `NODE_EXTRA_CA_CERTS`; undefined for a good one, and for none. Never throws. */
export function unusableExtraAuthorities(env: Environment): string | undefined {
  const extra = env['NODE_EXTRA_CA_CERTS'];
  const problem = extra && problemOf(extra);
  return problem ? `NODE_EXTRA_CA_CERTS names ${extra}, which ${problem}: Node.js leaves it out` : undefined;
}

/** Whether Node.js knows `NODE_USE_SYSTEM_CA`: from 22.19 and 24.6 on. */
function hasSystemAuthorities(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 19);
}

function problemOf(path: string): string | undefined {
  try {
    return PEM.test(readFileSync(path, 'latin1')) ? undefined : 'has no certificate in PEM form';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is not there' : 'cannot be read';
  }
}
