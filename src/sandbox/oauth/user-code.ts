/** A user code in its stored form, however a person typed it (RFC 8628 section 6.1: case and punctuation do not matter). */
export function normalizeUserCode(userCode: string): string {
  return userCode.toUpperCase().replace(/\W/g, '');
}

/** A stored user code as a person reads it: `ABCD-EFGH`. */
export function displayUserCode(userCode: string): string {
  return `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
}
