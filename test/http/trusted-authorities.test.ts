import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { hintForUntrusted, trustedAuthorities } from '../../src/http/trusted-authorities.ts';

const [PEM = ''] = rootCertificates;

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowkiwi-authorities-')), 'ca.pem');
  writeFileSync(path, content);
  return path;
}

test.each([
  ['20.18.0', {}, /^if the certificate comes from an authority of your own, set NODE_EXTRA_CA_CERTS/],
  ['22.18.0', {}, /^if the certificate comes from an authority of your own/],
  ['22.19.0', {}, /set NODE_USE_SYSTEM_CA=1; if not, set NODE_EXTRA_CA_CERTS/],
  ['23.11.0', {}, /^if the certificate comes from an authority of your own/],
  ['24.5.0', {}, /^if the certificate comes from an authority of your own/],
  ['24.6.0', {}, /set NODE_USE_SYSTEM_CA=1/],
  ['26.0.0', {}, /set NODE_USE_SYSTEM_CA=1/],
  ['26.0.0', { NODE_USE_SYSTEM_CA: '1' }, /^if the certificate comes from an authority of your own/],
  ['20.18.0', { NODE_EXTRA_CA_CERTS: '/nonexistent/ca.pem' }, /^NODE_EXTRA_CA_CERTS names \/nonexistent\/ca\.pem, which is not there/],
  ['20.18.0', { NODE_EXTRA_CA_CERTS: file('no certificate') }, /which has no certificate in PEM form/],
  ['20.18.0', { NODE_EXTRA_CA_CERTS: file(PEM) }, /^if the certificate comes from an authority of your own/],
])('what helps with Node.js %s and %j', (version, env, hint) => {
  expect(hintForUntrusted(env, version)).toMatch(hint);
});

test('SSL_CERT_FILE adds to what is trusted', () => {
  const authorities = trustedAuthorities({ SSL_CERT_FILE: file(PEM) });
  expect(authorities?.at(-1)).toBe(PEM);
  expect(authorities?.length).toBeGreaterThan(1);
  expect(trustedAuthorities({})).toBeUndefined();
  expect(trustedAuthorities({ SSL_CERT_FILE: '' })).toBeUndefined();
});

test.each([
  ['/nonexistent/ca.pem', 'is not there'],
  [file('no certificate'), 'has no certificate in PEM form'],
])('SSL_CERT_FILE=%s is a mistake', (path, problem) => {
  expect(() => trustedAuthorities({ SSL_CERT_FILE: path })).toThrow(
    expect.objectContaining({ code: 'usage', message: `SSL_CERT_FILE names ${path}, which ${problem}` }),
  );
});
