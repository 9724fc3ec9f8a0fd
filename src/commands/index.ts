import { authLogin } from './auth/login.ts';
import { authLogout } from './auth/logout.ts';
import { authStatus } from './auth/status.ts';
import { authToken } from './auth/token.ts';
import type { Command, CommandGroup } from './command.ts';
import { help } from './help/help.ts';
import { instanceCreate } from './instance/create.ts';
import { instanceGet } from './instance/get.ts';
import { instanceList } from './instance/list.ts';
import { onboard } from './onboard/onboard.ts';
import { orgCreate } from './org/create.ts';
import { orgGet } from './org/get.ts';
import { sandboxStart } from './sandbox/start.ts';

/** Commands under a noun, in the order of the help. */
export const GROUPS: readonly CommandGroup[] = [
  { name: 'auth', summary: 'sign in and out', commands: [authLogin, authLogout, authStatus, authToken] },
  { name: 'org', summary: 'create and read organizations', commands: [orgCreate, orgGet] },
  { name: 'instance', summary: 'create and read instances', commands: [instanceCreate, instanceGet, instanceList] },
  { name: 'sandbox', summary: 'a sign-in server and an Identity API on this machine', commands: [sandboxStart] },
];

/** Commands that stand alone. */
export const COMMANDS: readonly Command[] = [onboard, help];
