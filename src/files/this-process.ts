import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { hasErrorCode } from '../error-code.ts';

/** A process, as the owner of a lock names itself. Processes with the same `system` see each other's process ids. */
export interface ProcessName {
  readonly pid: number;
  readonly system: string;
  /** When it began, in the system's own counting; tells it from a later process with its id. Undefined where that is not to be had. */
  readonly started?: string | undefined;
}

/** The number of the user who may do everything. */
export const SUPERUSER = 0;

/** The number of the user that this process acts for; undefined on Windows, which has none. */
export function userId(): number | undefined {
  return process.geteuid?.();
}

export function thisProcess(): ProcessName {
  return { pid: process.pid, system: systemOf(hostname()), started: statusOf(process.pid)?.started };
}

/**
 * Whether that process of this system still runs; `seenAt` is its last sign of life, in milliseconds since the epoch. One that we may
 * not signal does; one that only waits to be reaped does not.
 */
export function isRunning({ pid, started }: ProcessName, seenAt: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasErrorCode(error, 'EPERM')) return false;
  }
  const status = statusOf(pid);
  if (status?.isDead) return false;
  // Where its id alone names it, another process can have that after the system was started again.
  return started === undefined ? seenAt >= Date.now() - uptime() * 1_000 : status === undefined || started === status.started;
}

/** Containers can share a host name but not process ids, so the boot and the process-id namespace belong to the name. */
function systemOf(host: string): string {
  try {
    return [host, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid')].join(' ');
  } catch {
    return host;
  }
}

/** Fields 3 and 22 of proc_pid_stat(5), after the program's name in brackets, which can hold anything. Undefined outside Linux. */
function statusOf(pid: number): { readonly isDead: boolean; readonly started: string | undefined } | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return { isDead: state === 'Z' || state === 'X', started: rest[18] };
  } catch {
    return undefined;
  }
}
