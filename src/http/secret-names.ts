/** Stands wherever a secret stood. */
export const REDACTED = '[redacted]';

/** Header names that carry credentials, besides those that `isSecretName` knows. */
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'cookie2',
  'setcookie2',
  'dpop',
]);

/** Whole names, without case, `_`, `-` and `.`; names that end like `SECRET_ENDING` are covered by it. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'code',
  'authorizationcode',
  'devicecode',
  'usercode',
  'codeverifier',
  'state',
  'pat',
  'pin',
  'otp',
  'totp',
  'jwt',
  'sid',
  'sessionid',
  'requesturi',
  'keydata',
  'keydetails',
  'dpop',
  'sig',
]);
const SECRET_ENDING = /(token|secret|password|passwd|passphrase|key|assertion|nonce|cookie|credentials?|signature)(hint)?$/;

/** True when a value of this name (form field, query parameter, header) must not be shown. Case and `_`, `-`, `.`, `[]` do not matter. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_NAMES.has(plain) || SECRET_ENDING.test(plain) || SECRET_HEADERS.has(plain);
}

/** The same of a member of a JSON object. `state` is OAuth's in parameters alone (RFC 6749 section 4.1.1): in JSON it says how something is. */
export function isSecretMember(name: string): boolean {
  return isSecretName(name) && name.toLowerCase() !== 'state';
}
