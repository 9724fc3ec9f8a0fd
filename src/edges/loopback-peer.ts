import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import type { Connection, PeerCheck } from '../edges.ts';
import { type Environment, isWsl } from '../environment.ts';
import { hasErrorCode } from '../error-code.ts';

/** The kernel's lists of TCP connections, one line each, as text (Linux, proc_net_tcp): for IPv4, then for IPv6. Throw when they cannot be had. */
export type ConnectionTables = readonly (() => string)[];

type End = Connection['local'];

/** Its number in the lists (`TCP_ESTABLISHED`). */
const ESTABLISHED = '01';
/** Lines move while a list is read, so that one may be missed. */
const LOOKS = 2;

/**
 * Tells by the kernel's lists whether the other end of a connection on loopback is a process of this user, or of root. Undefined where no list
 * tells: outside Linux, in WSL, whose browser is a program of Windows, and where the lists are kept from us.
 */
export function loopbackPeerCheck(
  { env, platform, uid }: { readonly env: Environment; readonly platform: NodeJS.Platform; readonly uid: number | undefined },
  tables: ConnectionTables = KERNEL_TABLES,
): PeerCheck | undefined {
  if (platform !== 'linux' || uid === undefined || isWsl(env)) return undefined;
  try {
    for (const table of tables) table();
  } catch {
    return undefined;
  }
  return (connection) => {
    try {
      return isOwnPeer(connection, uid, tables);
    } catch {
      // Somebody may have used up what this process can open.
      return false;
    }
  };
}

/**
 * The other end has to be established, and be held by a process: one that has closed its end belongs to nobody any more, and one that was reset
 * is not listed. A second look makes sure that our end is held by a process too: the next connection from the same port, which nobody has accepted, is not.
 */
function isOwnPeer({ local, remote }: Connection, uid: number, tables: ConnectionTables): boolean {
  for (let look = 1; look <= LOOKS; look += 1) {
    const entry = entryOf(tables, remote, local);
    if (entry === undefined) continue;
    return entry.isHeld && (entry.uid === uid || entry.uid === 0) && entryOf(tables, local, remote)?.isHeld === true;
  }
  return false;
}

/** What the lists tell of one end of a connection; undefined when it is not in them. */
function entryOf(tables: ConnectionTables, from: End, to: End): { readonly uid: number; readonly isHeld: boolean } | undefined {
  const targets = addressForms(to);
  const pairs = addressForms(from).map((form, index) => ` ${form} ${targets[index]} `);
  for (const read of tables) {
    const table = read();
    const at = pairs.map((pair) => table.indexOf(pair)).find((index) => index >= 0);
    if (at === undefined) continue;
    const [, , state, , , , uid, , inode] = table.slice(at + 1, table.indexOf('\n', at)).split(/ +/);
    return { uid: Number(uid), isHeld: state === ESTABLISHED && inode !== undefined && inode !== '0' };
  }
  return undefined;
}

/** An end as the lists write it: as IPv4, and as IPv4 in a socket for IPv6; of IPv6 only ::1 is loopback. */
function addressForms({ address, port }: End): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const quad = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address)?.slice(1).map(Number);
  const forms = quad === undefined ? (address === '::1' ? [[0, 0, 0, 1]] : []) : [[numberOf(quad)], [0, 0, 0xffff, numberOf(quad)]];
  return forms.map((words) => words.map(inHostOrder).join('') + suffix);
}

function numberOf(bytes: readonly number[]): number {
  return Buffer.from(bytes).readUInt32BE();
}

/** Each group of four bytes is written as the number that it is to this machine. */
function inHostOrder(word: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(word);
  const number = endianness() === 'LE' ? bytes.readUInt32LE() : word;
  return number.toString(16).toUpperCase().padStart(8, '0');
}

const KERNEL_TABLES: ConnectionTables = [() => readFileSync('/proc/net/tcp', 'latin1'), tableOfIpv6];

/** Not there where IPv6 is switched off. */
function tableOfIpv6(): string {
  try {
    return readFileSync('/proc/net/tcp6', 'latin1');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return '';
    throw error;
  }
}
