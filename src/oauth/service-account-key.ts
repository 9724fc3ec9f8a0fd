import { CliError } from '../errors.ts';
import type { Help } from '../hint.ts';
import { isRecord, parseJson } from '../record.ts';
import { checkedPem, type Unusable } from './private-key.ts';

/** A key that a service account signs its assertions with. */
export interface ServiceAccountKey {
  /** The service account; undefined where the file does not say. */
  readonly subject: string | undefined;
  readonly keyId: string | undefined;
  /** PEM, PKCS#1, SEC 1 or PKCS#8, not encrypted; signs JWTs. */
  readonly privateKey: string;
}

const FORMS = 'a key file is the JSON that ZITADEL gives for a service account, or a private key in PEM form';

/**
 * Reads a key file: ZITADEL's JSON (contract section 4.4), or a bare PEM key. `source` names it in errors, `now` is in milliseconds since
 * the epoch. Throws `invalid` for what cannot be used, `auth` for a key that has expired; neither quotes the file. Pure.
 */
export function readServiceAccountKey(text: string, source: string, now: number): ServiceAccountKey {
  const content = text.trim();
  const unusable = (problem: string, hint: Help) => new CliError('invalid', `${source} ${problem}`, { hint });
  if (content === '') throw unusable('is empty', FORMS);
  if (content.startsWith('{')) return readKeyDocument(parseJson(content), unusable, now);
  if (!content.includes('-----BEGIN ')) throw unusable('is not a key file', FORMS);
  return { subject: undefined, keyId: undefined, privateKey: checkedPem(content, unusable).pem.trim() };
}

function readKeyDocument(document: unknown, unusable: Unusable, now: number): ServiceAccountKey {
  if (!isRecord(document)) throw unusable('is damaged: it is not valid JSON', 'copy the file again, whole');
  const { type, keyId, key, userId: subject, expirationDate } = document;
  if (type === 'application') {
    throw unusable('is the key of an application, which can check tokens but not sign in', 'create a key for a service account instead');
  }
  if (type !== 'serviceaccount') throw unusable('is not the key of a service account', FORMS);
  const damaged = (name: string) => unusable(`is damaged: it has no usable ${name}`, 'create a new key for the service account');
  if (!isText(subject)) throw damaged('userId');
  if (!isText(keyId)) throw damaged('keyId');
  if (!isText(key)) throw damaged('key');
  const expiresAt = expirationDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(expirationDate));
  if (Number.isNaN(expiresAt)) throw damaged('expirationDate');
  if (expiresAt <= now) {
    const { message } = unusable(`has expired: its key was good until ${new Date(expiresAt).toISOString()}`, '');
    throw new CliError('auth', message, { hint: `create a new key for the service account ${subject}` });
  }
  const { pem, kind } = checkedPem(key, (problem, hint) => unusable(`has a key that ${problem}`, hint));
  if (kind !== 'rsa') {
    throw unusable(`has a key of type ${kind}, and ZITADEL knows RSA alone`, 'create a new key for the service account');
  }
  return { subject, keyId, privateKey: pem };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
