import { api } from './api/api.ts';
import { authLogin } from './auth/login.ts';
import { authLogout } from './auth/logout.ts';
import { authStatus } from './auth/status.ts';
import { authStorage } from './auth/storage.ts';
import { authToken } from './auth/token.ts';
import { completion } from './completion/completion.ts';
import { helpAbout } from './help/help.ts';
import { instanceCreate } from './instance/create.ts';
import { instanceDelete } from './instance/delete.ts';
import { instanceGet } from './instance/get.ts';
import { instanceList } from './instance/list.ts';
import { instanceRename } from './instance/rename.ts';
import { instanceTransfer } from './instance/transfer.ts';
import type { Command, CommandGroup } from './kit/command.ts';
import { onboard } from './onboard/onboard.ts';
import { orgCreate } from './org/create.ts';
import { orgDelete } from './org/delete.ts';
import { orgForget } from './org/forget.ts';
import { orgGet } from './org/get.ts';
import { orgList } from './org/list.ts';
import { orgRename } from './org/rename.ts';
import { orgSetup } from './org/setup.ts';
import { orgUse } from './org/use.ts';
import { profileAdd } from './profile/add.ts';
import { profileList } from './profile/list.ts';
import { profileRemove } from './profile/remove.ts';
import { profileSet } from './profile/set.ts';
import { profileShow } from './profile/show.ts';
import { profileUse } from './profile/use.ts';
import { sandboxExec } from './sandbox/exec.ts';
import { sandboxReset } from './sandbox/reset.ts';
import { sandboxStart } from './sandbox/start.ts';
import { tree } from './tree/tree.ts';

/** Commands under a noun, in the order of the help. */
export const GROUPS: readonly CommandGroup[] = [
  { name: 'auth', summary: 'sign in and out', commands: [authLogin, authLogout, authStatus, authToken, authStorage] },
  {
    name: 'org',
    summary: 'create, read and change organizations',
    commands: [orgCreate, orgSetup, orgGet, orgList, orgUse, orgRename, orgDelete, orgForget],
  },
  {
    name: 'instance',
    summary: 'create, read and change instances',
    commands: [instanceCreate, instanceGet, instanceList, instanceRename, instanceTransfer, instanceDelete],
  },
  {
    name: 'profile',
    summary: 'named connections: other servers, other accounts',
    commands: [profileAdd, profileSet, profileList, profileShow, profileUse, profileRemove],
  },
  { name: 'sandbox', summary: 'a sign-in server and an Identity API on this machine', commands: [sandboxStart, sandboxExec, sandboxReset] },
];

/** Commands that stand alone. */
export const COMMANDS: readonly Command[] = [onboard, tree, api, completion, helpAbout(() => ({ groups: GROUPS, commands: COMMANDS }))];
