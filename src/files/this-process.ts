import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** How this process names itself as the owner of a lock. Processes with the same `system` see each other's process ids. */
export function thisProcess(): { readonly pid: number; readonly system: string } {
  return { pid: process.pid, system: systemOf(hostname()) };
}

/** Containers can share a host name but not process ids, so the boot and the process-id namespace belong to the name. */
function systemOf(host: string): string {
  try {
    return [host, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')].join(' ');
  } catch {
    return host;
  }
}

/** Whether a process of this system exists. One that we may not signal exists. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
