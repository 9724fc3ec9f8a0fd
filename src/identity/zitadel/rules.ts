import { CliError } from '../../errors.ts';
import { type CommandLine, helpWith } from '../../hint.ts';

/** What ZITADEL takes, in words for a person where it does not; undefined when nothing is wrong. Where the server fails late, stricter than its API. */

/** Longest name of anything, in code points (contract section 1). */
export const LONGEST_NAME = 200;

/** Of a domain, in bytes. */
const LONGEST_LABEL = 63;

/** What the server can hash, in bytes; it fails with a longer one (contract section 10.9). */
const LONGEST_PASSWORD = 72;

/** The label of a domain is made from the name, and a name without a letter or a digit leaves none (contract section 1.1). */
export function organizationNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'The name cannot be empty';
  if (!/[\p{L}\p{N}]/u.test(name)) return 'The name needs a letter or a digit';
  return lengthProblem(name);
}

/** The domain that an organization gets at the host of its instance (contract section 1.1): blanks become hyphens, other signs fall away. */
export function generatedDomain(name: string, host: string): string {
  const kept = name
    .trim()
    .replaceAll(' ', '-')
    .replace(/[^\p{L}\p{M}\p{N}-]/gu, '');
  let label = '';
  for (const character of kept) {
    if (Buffer.byteLength(label + character) > LONGEST_LABEL) break;
    label += character;
  }
  return `${label.replace(/^-|-$/g, '').toLowerCase()}.${host}`;
}

/** The domain of the instance is made from the name as it stands (contract section 1.2). */
export function instanceNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'The name cannot be empty';
  if (/[^A-Za-z0-9. -]/.test(name))
    return 'The name can have the letters A to Z, digits, dots, hyphens and blanks only: its domain is made from it';
  if (!/[A-Za-z0-9]/.test(name)) return 'The name needs a letter or a digit';
  return lengthProblem(name);
}

/** A domain is compared with what the callers of the instance type: lower case, fully qualified (contract section 1.2). */
export function domainProblem(domain: string): string | undefined {
  const isName = domain.length <= LONGEST_NAME && domain.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return isName && domain.includes('.') ? undefined : 'is not a domain name in lower case, such as login.acme.example';
}

export function passwordProblem(password: string): string | undefined {
  return Buffer.byteLength(password) > LONGEST_PASSWORD ? `has more than ${LONGEST_PASSWORD} bytes` : undefined;
}

export function emailProblem(email: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(email) ? undefined : 'is not an e-mail address';
}

/** ZITADEL takes `_` for the hyphen, and ignores a tag that it cannot read (contract section 1.2). */
export function languageProblem(tag: string): string | undefined {
  try {
    Intl.getCanonicalLocales(tag.replaceAll('_', '-'));
    return undefined;
  } catch {
    return 'is not a language tag, such as en or de-CH';
  }
}

export function phoneProblem(phone: string): string | undefined {
  return /^\+[\d /().-]+$/.test(phone) ? undefined : 'is not a phone number that begins with + and the code of a country';
}

export function roleProblem(role: string): string | undefined {
  return /^ORG_\w+$/.test(role) ? undefined : 'has a role that does not begin with ORG_, such as ORG_OWNER';
}

function lengthProblem(name: string): string | undefined {
  return [...name].length > LONGEST_NAME ? `The name has more than ${LONGEST_NAME} characters` : undefined;
}

/** Throws `invalid` for a name that the server would refuse, or fail with. */
export function checkedOrganizationName(name: string): string {
  const problem = organizationNameProblem(name);
  if (problem === undefined) return name;
  throw new CliError('invalid', `${JSON.stringify(name)} cannot be the name of an organization`, {
    hint: helpWith('for example', 'org', 'create', 'Acme Corp'),
    violations: [{ field: 'NAME', message: problem }],
  });
}

/** A domain in lower case. Throws `invalid` for what is none; `example` is a command line with a good one. */
export function checkedDomain(domain: string, example: CommandLine): string {
  const lower = domain.toLowerCase();
  const problem = domainProblem(lower);
  if (problem === undefined) return lower;
  throw new CliError('invalid', `${JSON.stringify(domain)} cannot be a domain`, {
    hint: { say: 'for example', command: example },
    violations: [{ field: 'DOMAIN', message: problem }],
  });
}

/** Throws `invalid` for a name that no domain can be made from. */
export function checkedInstanceName(name: string): string {
  const problem = instanceNameProblem(name);
  if (problem === undefined) return name;
  throw new CliError('invalid', `${JSON.stringify(name)} cannot be the name of an instance`, {
    hint: helpWith('for example', 'instance', 'create', 'Acme EU'),
    violations: [{ field: 'NAME', message: problem }],
  });
}
