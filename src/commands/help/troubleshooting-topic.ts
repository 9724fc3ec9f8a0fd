import { type ErrorCode, EXIT_STATUS } from '../../errors.ts';

/** Each error code: where it mostly comes from, and what helps. */
const CURES: Readonly<Record<ErrorCode, string>> = {
  internal: 'A bug. Run the command again with --debug and report what it prints; it holds no secrets.',
  usage:
    'The command line, a variable, a file, or the URL of the profile is wrong. The message quotes what was read; flowkiwi COMMAND --help shows what ' +
    'is right. A URL where the API is not: flowkiwi profile show says which one was used, and where it comes from.',
  invalid:
    'The server refused a value. Each field that it complains about is listed; correct it and run the command again: nothing was created.',
  not_found:
    'There is no such organization or instance for this account. flowkiwi org list and flowkiwi instance list show what there is; ' +
    'flowkiwi auth status shows which account and which server you use.',
  auth: 'You are not signed in, or the server no longer takes the token: flowkiwi login. With FLOWKIWI_TOKEN set, that token is the one that was refused.',
  conflict:
    'A handle, a name or a domain is taken, an organization still has instances, a port is in use, or several things have the name: use an id. ' +
    'If an earlier run created it, --if-exists skip takes what is there.',
  unknown_outcome:
    'The answer to a create was lost, so it may have worked. Look before you repeat it: the hint says where. A create with a handle and ' +
    '--if-exists skip is safe to repeat.',
  timeout: 'Something took longer than --timeout, or nobody finished the sign-in. Give it more time, and run the command again.',
  forbidden: 'You are signed in, but this account may not do that: ask an owner of the organization, or sign in with another account.',
  unavailable:
    'The server or the network fails, also after a few tries. Run the command again later. Behind a proxy set HTTPS_PROXY; ' +
    'for a certificate authority of your own set NODE_EXTRA_CA_CERTS.',
  rate_limited: 'Too many requests. retry_after says how many seconds to wait.',
  hangup: 'The terminal was closed. Nothing is left half written; run the command again.',
  interrupted: 'You pressed Ctrl-C. After a create, look before you repeat it.',
  quit: 'The command got SIGQUIT. After a create, look before you repeat it.',
  terminated: 'The command got SIGTERM, as when a CI job runs out of time. After a create, look before you repeat it.',
};

/** All error codes with causes and cures, as a page of the manual. Pure. */
export function troubleshootingText(): string {
  const items = Object.entries(CURES).map(([code, cure]) => `  ${`${code} (${statusOf(code)})`.padEnd(24)}${cure}`);
  return `The code of an error, with its exit status, and what helps. With --json it is error.code.

${items.join('\n\n')}

Look for what is wrong: flowkiwi doctor. Look at what happens: --debug shows every request and answer, without secrets. Look at what is used: flowkiwi auth status --check, flowkiwi profile show.
`;
}

function statusOf(code: string): number | undefined {
  return Object.entries(EXIT_STATUS).find(([known]) => known === code)?.[1];
}
