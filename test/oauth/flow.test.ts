import { expect, test } from 'vitest';
import { chooseSignInFlow } from '../../src/oauth/flow.ts';

const X = { DISPLAY: ':0' };

test.each([
  ['a desktop with X', X, 'linux', 'browser'],
  ['a desktop with Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'browser'],
  ['no display', {}, 'linux', 'device'],
  ['an empty display', { DISPLAY: '' }, 'linux', 'device'],
  ['no display on FreeBSD', {}, 'freebsd', 'device'],
  ['no display, but a browser', { BROWSER: 'w3m' }, 'linux', 'browser'],
  ['WSL', { WSL_DISTRO_NAME: 'Debian' }, 'linux', 'browser'],
  ['WSL, older', { WSL_INTEROP: '/run/WSL/1_interop' }, 'linux', 'browser'],
  ['macOS', {}, 'darwin', 'browser'],
  ['Windows', {}, 'win32', 'browser'],
  ['SSH to a Mac', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin', 'device'],
  ['SSH with X forwarding', { ...X, SSH_CLIENT: '10.0.0.1 1 22' }, 'linux', 'device'],
  ['SSH terminal with a browser set', { SSH_TTY: '/dev/pts/0', BROWSER: 'firefox' }, 'linux', 'device'],
] as const)('%s', (_name, env, platform, expected) => {
  expect(chooseSignInFlow({ env, platform, isContainer: false, canAsk: true })).toBe(expected);
});

test.each([
  ['a container with a display', X, true, true, 'device'],
  ['a container on a Mac host', { BROWSER: 'x' }, true, true, 'device'],
  ['nobody there', X, false, false, undefined],
  ['nobody there over SSH', { SSH_TTY: '/dev/pts/0' }, false, false, undefined],
] as const)('%s', (_name, env, isContainer, canAsk, expected) => {
  expect(chooseSignInFlow({ env, platform: 'linux', isContainer, canAsk })).toBe(expected);
});
