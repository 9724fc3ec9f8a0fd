import { CliError } from '../errors.ts';
import { type Help, helpWith } from '../hint.ts';
import { isRecord, parseJson } from '../record.ts';
import { checkedPem } from './private-key.ts';

/** A key that a client shows who it is with (`private_key_jwt`, OpenID Connect Core 9). */
export interface ClientKeyFile {
  /** The client; undefined where the file does not say. */
  readonly clientId: string | undefined;
  readonly keyId: string | undefined;
  /** PEM, PKCS#1, SEC 1 or PKCS#8, not encrypted; signs JWTs. */
  readonly privateKey: string;
}

const FORMS = 'the key file of a client is a private key in PEM form, or the JSON that ZITADEL gives for an application';

/**
 * Reads the key file of a client: a bare PEM key, or ZITADEL's JSON for an application (contract section 4.4). `source` names it in errors.
 * Throws `invalid` for what cannot be used, and does not quote the file. Pure.
 */
export function readClientKey(text: string, source: string): ClientKeyFile {
  const content = text.trim();
  const unusable = (problem: string, hint: Help) => new CliError('invalid', `${source} ${problem}`, { hint });
  if (content === '') throw unusable('is empty', FORMS);
  if (!content.startsWith('{')) {
    if (!content.includes('-----BEGIN ')) throw unusable('is not a key file', FORMS);
    return { clientId: undefined, keyId: undefined, privateKey: checkedPem(content, unusable).pem.trim() };
  }
  const document = parseJson(content);
  if (!isRecord(document)) throw unusable('is damaged: it is not valid JSON', 'copy the file again, whole');
  const { type, keyId, key, clientId } = document;
  if (type === 'serviceaccount') {
    throw unusable(
      'is the key of a service account, which signs in without a person',
      helpWith('sign in with it alone', 'login', '--key-file', 'FILE'),
    );
  }
  if (type !== 'application') throw unusable('is not the key of a client', FORMS);
  if (typeof clientId !== 'string' || typeof keyId !== 'string' || typeof key !== 'string') {
    throw unusable('is damaged: clientId, keyId or key is missing', 'create a new key for the application');
  }
  return { clientId, keyId, privateKey: checkedPem(key, (problem, hint) => unusable(`has a key that ${problem}`, hint)).pem };
}
