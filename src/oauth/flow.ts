import { type Environment, isUnattended, isWsl, mayHaveBrowser, saysYes } from '../environment.ts';

export type SignInFlow = 'browser' | 'device';

/** Where the shell is on another machine than the browser: over SSH, also in a window of Visual Studio Code that works on one. */
const REMOTE = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'];
/** Containers by what runs them (`container` is systemd's word for it: LXC, nspawn, podman), and workplaces in a browser, which are containers. */
const CONTAINERS = ['container', 'KUBERNETES_SERVICE_HOST', 'REMOTE_CONTAINERS', 'CODESPACES', 'GITPOD_WORKSPACE_ID', 'CLOUD_SHELL'];

export interface Surroundings {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Whether the file system is that of a container; the environment may say so too. */
  readonly isContainer: boolean;
  /** False for `--no-input`: nobody may be asked for anything. */
  readonly input: boolean;
}

/**
 * How to sign in when no flag says it: in the browser of a desktop; with a device code where a browser could not come back to this
 * machine's loopback address (SSH, a container) or there is none. Undefined with nobody there, as in CI: never a guess. A person need not
 * sit at a terminal: an editor, or a program that shows what this one prints, may stand between. Pure.
 */
export function chooseSignInFlow({ env, platform, isContainer, input }: Surroundings): SignInFlow | undefined {
  if (!input || isUnattended(env)) return undefined;
  if (isContainer || [...REMOTE, ...CONTAINERS].some((name) => saysYes(env, name)) || isRemoteEditor(env)) return 'device';
  return mayHaveBrowser(env, platform) ? 'browser' : 'device';
}

/** A terminal of Visual Studio Code whose other end is elsewhere: only that one has a command line of its own to the editor. */
function isRemoteEditor(env: Environment): boolean {
  return env['TERM_PROGRAM'] === 'vscode' && Boolean(env['VSCODE_IPC_HOOK_CLI']) && !isWsl(env);
}
