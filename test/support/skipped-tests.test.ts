import { expect, test } from 'vitest';
import { summarizeSkipped } from './skipped-tests.ts';

const CURE = '`npm run test:setup` installs these on Debian and Ubuntu';

test.each<[skipped: readonly (readonly string[])[], lines: readonly string[]]>([
  [[], []],
  [[['tmux']], [`1 test skipped: 1 needs tmux · ${CURE}`]],
  [
    [['tmux'], ['chromium'], ['chromium'], ['chromium', 'tmux']],
    [`4 tests skipped: 2 need chromium, 1 needs tmux, 1 needs chromium and tmux · ${CURE}`],
  ],
  [[['root']], ['1 test skipped: 1 needs root']],
  [
    [['mount', 'mounting'], ['mounting']],
    [`1 test skipped: 1 needs mount and the permission to mount · ${CURE}`, '1 test skipped: 1 needs the permission to mount'],
  ],
  [[[], ['root']], ['1 test skipped: 1 needs root']],
])('%j', (skipped, lines) => {
  expect(summarizeSkipped(skipped)).toEqual(lines);
});
