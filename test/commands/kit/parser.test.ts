import { expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../../../src/commands/index.ts';
import { parse } from '../../../src/commands/kit/parser.ts';
import { isCliError } from '../../../src/errors.ts';

test.each([[['login', '--with-token=SECRET']], [['login', '--with-token', 'SECRET']], [['auth', 'login', 'SECRET', '--with-token']]])(
  '%j: a token in the command line is not repeated, and the hint says where it comes from',
  (argv) => {
    try {
      parse(argv, { groups: GROUPS, commands: COMMANDS, version: '0' });
      expect.unreachable();
    } catch (error) {
      if (!isCliError(error)) throw error;
      expect(error.code).toBe('usage');
      expect(error.message).toContain('--with-token takes no value: the token comes on standard input');
      expect(`${error.message}${JSON.stringify(error.hint)}`).not.toContain('SECRET');
    }
  },
);
