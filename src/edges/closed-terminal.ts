import { fstatSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether a descriptor leads to a terminal that has been closed: a device that answers nothing. */
export function isClosedTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isCharacterDevice() && !isatty(descriptor) && status.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}

/**
 * Ends this process by SIGHUP where its terminal has been closed, which a shell reports as 129 as well: Node.js 20 would give the terminal its
 * settings back, fail, and abort with a trace and perhaps a dump of its memory. Returns where there is no such terminal.
 */
export function endHungUp(): void {
  if (![0, 1, 2].some(isClosedTerminal)) return;
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
