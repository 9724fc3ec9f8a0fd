import { flag } from './kit/option.ts';

/** How a script gives the password of a new user, since none is taken from the argument list. What it reads: `newPassword`. */
export const PASSWORD_STDIN = flag('--password-stdin', 'read the password of the new user from standard input');
