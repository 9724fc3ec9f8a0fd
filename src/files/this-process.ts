import { hostname } from 'node:os';

/** How this process names itself as the owner of a lock. */
export const thisProcess = { pid: process.pid, host: hostname() };

/** Whether a process of this machine exists. One that we may not signal exists. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
