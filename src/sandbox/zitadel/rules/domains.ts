import { randomInt } from 'node:crypto';
import { invalidArgument } from '../status.ts';

/** Domain under which the generated domains of instances lie, `ExternalDomain` of the server's configuration. */
export const EXTERNAL_DOMAIN = 'localhost';

const LONGEST_LABEL = 63;
const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The domain that an organization gets from its name (contract section 1.1). Throws `ORG-RrfXY` when nothing of the name is left. */
export function organizationDomain(name: string, host: string): string {
  const kept = name.replaceAll(' ', '-').replace(/[^\p{L}\p{M}\p{N}-]/gu, '');
  const label = cutToBytes(kept, LONGEST_LABEL).replace(/^-/, '').replace(/-$/, '').toLowerCase();
  if (label === '') {
    throw invalidArgument(
      'ORG-RrfXY',
      'Invalid non numeric and alphabetical characters were replaced with empty spaces and resulting domain is an empty string',
    );
  }
  return `${label}.${host}`;
}

/** The domain that an instance gets from its name, another one each time (contract section 1.2). Throws `INST-S3v3w` for a character that no domain has. */
export function generatedInstanceDomain(name: string): string {
  const suffix = Array.from({ length: 6 }, () => LETTERS_AND_DIGITS.charAt(randomInt(LETTERS_AND_DIGITS.length))).join('');
  return instanceDomain(`${name.trim().replaceAll(' ', '-')}-${suffix}.${EXTERNAL_DOMAIN}`.toLowerCase());
}

/** A domain that somebody chose for an instance, in its stored form. Throws `INST-28nlD` for a blank one, `INST-S3v3w` for a character that no domain has. */
export function instanceDomain(text: string): string {
  const domain = text.trim();
  if (domain === '') throw invalidArgument('INST-28nlD', 'Errors.Invalid.Argument');
  if (!/^[a-zA-Z0-9.-]+$/.test(domain)) throw invalidArgument('INST-S3v3w', 'Errors.Instance.Domain.InvalidCharacter');
  return domain;
}

/** Cuts in the middle of a character as well: what is left of one becomes a U+FFFD for each byte. */
function cutToBytes(text: string, limit: number): string {
  let kept = '';
  for (const character of text) {
    const room = limit - Buffer.byteLength(kept);
    if (Buffer.byteLength(character) > room) return kept + '\uFFFD'.repeat(room);
    kept += character;
  }
  return kept;
}
