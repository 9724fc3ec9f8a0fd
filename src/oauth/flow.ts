import type { Environment } from '../edges.ts';

export type SignInFlow = 'browser' | 'device';

export interface Surroundings {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly isContainer: boolean;
  /** Whether there is a person who can be asked; nobody is there in CI. */
  readonly canAsk: boolean;
}

/**
 * How to sign in when no flag says it: in the browser of a desktop; with a device code where a browser could not come back to this
 * machine's loopback address (SSH, a container) or there is none. Undefined with nobody there, as in CI: never a guess. Pure.
 */
export function chooseSignInFlow({ env, platform, isContainer, canAsk }: Surroundings): SignInFlow | undefined {
  if (!canAsk) {
    return undefined;
  }
  const isSet = (name: string) => Boolean(env[name]);
  if (['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some(isSet) || isContainer) {
    return 'device';
  }
  const isDesktop = platform === 'darwin' || platform === 'win32' || ['WSL_DISTRO_NAME', 'WSL_INTEROP'].some(isSet);
  return isDesktop || ['BROWSER', 'DISPLAY', 'WAYLAND_DISPLAY'].some(isSet) ? 'browser' : 'device';
}
