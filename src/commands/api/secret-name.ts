/**
 * True for the name of a header or a field whose value does not belong into the argument list, where others on this machine can read it.
 * Fewer names than `--debug` hides (`isSecretName`): a `code`, a `state` or an `Idempotency-Key` is an ordinary value in most requests.
 */
export function isSecretArgument(name: string): boolean {
  return SECRET.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

const SECRET = /(authorization|cookie|dpop|token|secret|password|passphrase|apikey|credentials?)$/;
