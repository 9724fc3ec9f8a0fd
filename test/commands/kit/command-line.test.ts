import { expect, test } from 'vitest';
import { withProfileInHint } from '../../../src/commands/kit/command-line.ts';
import { readGlobalOptions } from '../../../src/commands/kit/global-options.ts';
import { CliError } from '../../../src/errors.ts';

const SANDBOX = { options: readGlobalOptions({ profile: 'sandbox' }, {}) };
const ODD = { options: readGlobalOptions({ profile: "Jane's" }, {}) };
const NONE = { options: readGlobalOptions({}, {}) };

test.each([
  ['sign in again: flowkiwi login', SANDBOX, 'sign in again: flowkiwi --profile sandbox login'],
  ['sign in again: flowkiwi login', ODD, "sign in again: flowkiwi --profile 'Jane'\\''s' login"],
  ['sign in again: flowkiwi login', NONE, 'sign in again: flowkiwi login'],
  [
    '`flowkiwi auth status` or flowkiwi org list',
    SANDBOX,
    '`flowkiwi --profile sandbox auth status` or flowkiwi --profile sandbox org list',
  ],
  ['flowkiwi --profile sandbox login', SANDBOX, 'flowkiwi --profile sandbox login'],
  ['flowkiwi profile list, flowkiwi sandbox start, flowkiwi help output', SANDBOX, undefined],
  ['ask the operator of flowkiwi', SANDBOX, undefined],
  [undefined, SANDBOX, undefined],
])('hint %j', (hint, context, expected) => {
  const error = new CliError('auth', 'no', { hint, status: 401, requestId: 'r' });
  expect(withProfileInHint(error, context)).toMatchObject({
    code: 'auth',
    message: 'no',
    status: 401,
    requestId: 'r',
    hint: expected ?? hint,
  });
});
