/** Whether text can be a token: whether it can stand in an `Authorization` header (RFC 6750 section 2.1, and a little more that servers accept). */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
