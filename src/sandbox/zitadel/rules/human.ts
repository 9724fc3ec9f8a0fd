import { invalidArgument, StatusError } from '../status.ts';

/** A person to be added, as the request names them. */
export interface NewHuman {
  readonly userName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly nickName?: string;
  readonly displayName?: string;
  readonly preferredLanguage?: string;
  readonly gender?: string;
  readonly email: string;
  readonly isEmailVerified: boolean;
  readonly phone?: string;
  /** Empty: the person sets one by mail. */
  readonly password: string;
}

const EMAIL_ADDRESS =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** The default password policy, in the order in which it is checked (contract section 1.2). */
const PASSWORD_RULES: readonly [holds: (password: string) => boolean, id: string, text: string][] = [
  [(password) => Buffer.byteLength(password) >= 8, 'COMMA-HuJf6', 'Password is too short'],
  [(password) => /[a-z]/.test(password), 'COMMA-co3Xw', 'Password must contain lower case'],
  [(password) => /[A-Z]/.test(password), 'COMMA-VoaRj', 'Password must contain upper case'],
  [(password) => /[0-9]/.test(password), 'COMMA-ZBv4H', 'Password must contain number'],
  [(password) => /[^A-Za-z0-9]/.test(password), 'COMMA-ZDLwA', 'Password must contain symbol'],
];

/** What bcrypt takes. */
const LONGEST_PASSWORD_BYTES = 72;

/** Digits of a telephone number with its country. */
const SHORTEST_PHONE = 4;

/** The person without the blanks around the names. Throws 400 for what the rules of the messages let pass. */
export function checkHuman(human: NewHuman): NewHuman {
  const email = human.email.trim();
  if (email === '') throw invalidArgument('EMAIL-spblu', 'Email is empty');
  if (!EMAIL_ADDRESS.test(email)) throw invalidArgument('EMAIL-599BI', 'Email is invalid');
  const [userName, firstName, lastName] = [human.userName.trim(), human.firstName.trim(), human.lastName.trim()];
  if (userName === '') throw invalidArgument('V2-zzad3', 'Errors.Invalid.Argument');
  if (firstName === '') throw invalidArgument('USER-UCej2', 'Given name in profile is empty');
  if (lastName === '') throw invalidArgument('USER-4hB7d', 'Family name in profile is empty');
  if (human.phone && human.phone.replace(/\D/g, '').length < SHORTEST_PHONE) throw invalidArgument('PHONE-so0wa', 'Phone is invalid');
  return { ...human, email, userName, firstName, lastName, displayName: human.displayName?.trim() || `${firstName} ${lastName}` };
}

/** Throws 400 for a password that the default policy refuses. */
export function checkPassword(password: string): void {
  const broken = PASSWORD_RULES.find(([holds]) => !holds(password));
  if (broken !== undefined) throw invalidArgument(broken[1], broken[2]);
}

/** Throws 500 for a password that the server fails to hash. */
export function checkHashable(password: string): void {
  if (Buffer.byteLength(password) > LONGEST_PASSWORD_BYTES) throw new StatusError('Unknown', 'bcrypt: password length exceeds 72 bytes');
}
