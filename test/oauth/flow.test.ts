import { expect, test } from 'vitest';
import type { Environment } from '../../src/environment.ts';
import { chooseSignInFlow, type SignInFlow } from '../../src/oauth/flow.ts';

const X = { DISPLAY: ':0' };

const SSH = { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };
const WSL = { WSL_DISTRO_NAME: 'Debian' };
const CODE = { TERM_PROGRAM: 'vscode' };
const REMOTE_CODE = { ...CODE, VSCODE_IPC_HOOK_CLI: '/run/user/1000/vscode-ipc.sock' };

test.each<[name: string, env: Environment, platform: NodeJS.Platform, expected: SignInFlow]>([
  ['a desktop with X', X, 'linux', 'browser'],
  ['a desktop with Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'browser'],
  ['no display', {}, 'linux', 'device'],
  ['an empty display', { DISPLAY: '' }, 'linux', 'device'],
  ['no display on FreeBSD', {}, 'freebsd', 'device'],
  ['no display, but a browser', { BROWSER: 'w3m' }, 'linux', 'browser'],
  ['macOS', {}, 'darwin', 'browser'],
  ['Windows', {}, 'win32', 'browser'],
  ['Android', {}, 'android', 'browser'],
  ['WSL', WSL, 'linux', 'browser'],
  ['WSL, older', { WSL_INTEROP: '/run/WSL/1_interop' }, 'linux', 'browser'],
  ['SSH to WSL', { ...WSL, ...SSH }, 'linux', 'device'],
  ['a container in WSL', { ...WSL, container: 'podman' }, 'linux', 'device'],
  ['SSH to a Mac', SSH, 'darwin', 'device'],
  ['SSH to Windows', SSH, 'win32', 'device'],
  ['SSH with X forwarding', { ...X, SSH_CLIENT: '10.0.0.1 1 22' }, 'linux', 'device'],
  ['SSH terminal with a browser set', { SSH_TTY: '/dev/pts/0', BROWSER: 'firefox' }, 'linux', 'device'],
  ['an editor at the desktop', { ...CODE, ...X }, 'linux', 'browser'],
  ['an editor on a Mac', CODE, 'darwin', 'browser'],
  ['an editor over SSH', { ...REMOTE_CODE, BROWSER: '/helper' }, 'linux', 'device'],
  ['an editor in WSL', { ...REMOTE_CODE, ...WSL }, 'linux', 'browser'],
  ['podman', { ...X, container: 'podman' }, 'linux', 'device'],
  ['systemd-nspawn', { ...X, container: 'systemd-nspawn' }, 'linux', 'device'],
  ['Kubernetes', { ...X, KUBERNETES_SERVICE_HOST: '10.96.0.1' }, 'linux', 'device'],
  ['a dev container', { REMOTE_CONTAINERS: 'true', BROWSER: '/helper' }, 'linux', 'device'],
  ['GitHub Codespaces', { CODESPACES: 'true', BROWSER: '/helper' }, 'linux', 'device'],
  ['no GitHub Codespaces', { CODESPACES: 'false', ...X }, 'linux', 'browser'],
  ['Gitpod', { GITPOD_WORKSPACE_ID: 'acme-1', BROWSER: '/helper' }, 'linux', 'device'],
  ['Cloud Shell', { CLOUD_SHELL: 'true', ...X }, 'linux', 'device'],
])('%s', (_name, env, platform, expected) => {
  expect(chooseSignInFlow({ env, platform, isContainer: false, input: true })).toBe(expected);
});

test.each<[name: string, env: Environment, platform: NodeJS.Platform, expected: SignInFlow]>([
  ['docker with a display', X, 'linux', 'device'],
  ['docker with a browser', { BROWSER: 'x' }, 'linux', 'device'],
  ['docker in WSL', WSL, 'linux', 'device'],
])('%s', (_name, env, platform, expected) => {
  expect(chooseSignInFlow({ env, platform, isContainer: true, input: true })).toBe(expected);
});

test.each<[name: string, env: Environment, input?: boolean]>([
  ['--no-input', X, false],
  ['FLOWKIWI_NO_INPUT', { ...X, FLOWKIWI_NO_INPUT: '1' }],
  ['CI', { ...X, CI: 'true' }],
  ['CI over SSH', { ...SSH, CI: '1' }],
  ['GitHub', { GITHUB_ACTIONS: 'true' }],
  ['Azure', { TF_BUILD: 'True' }],
  ['Jenkins', { JENKINS_URL: 'https://ci.example/' }],
])('%s: nobody is there, and no guess is made', (_name, env, input = true) => {
  expect(chooseSignInFlow({ env, platform: 'linux', isContainer: false, input })).toBeUndefined();
});

test('a CI variable that says no', () => {
  expect(chooseSignInFlow({ env: { ...X, CI: 'false' }, platform: 'linux', isContainer: false, input: true })).toBe('browser');
});
