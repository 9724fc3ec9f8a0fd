import { connect, createServer, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loopbackPeerCheck } from '../../src/edges/loopback-peer.ts';
import type { Connection } from '../../src/edges.ts';

const UID = 1000;
/** Ours is port 0x1F90, the other one 0xC350. */
const CONNECTION: Connection = { local: { address: '127.0.0.1', port: 8080 }, remote: { address: '127.0.0.1', port: 50_000 } };

const HOST = endianness() === 'LE' ? '0100007F' : '7F000001';
const MAPPED = endianness() === 'LE' ? '0000000000000000FFFF0000' : '00000000000000000000FFFF';
const HOST6 = endianness() === 'LE' ? '00000000000000000000000001000000' : '00000000000000000000000000000001';

interface Line {
  readonly from?: string;
  readonly to?: string;
  readonly state?: string;
  readonly uid?: number;
  readonly inode?: number;
}

/** A line of the kernel's list; that of the other end unless it says otherwise. */
function line({ from = `${HOST}:C350`, to = `${HOST}:1F90`, state = '01', uid = UID, inode = 4711 }: Line = {}): string {
  return `   7: ${from} ${to} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 00000000 20 4 30 10 -1`;
}

const OURS = line({ from: `${HOST}:1F90`, to: `${HOST}:C350`, inode: 4712 });
const NEIGHBOUR = line({ from: `${HOST}:C351` });

function check(lines: readonly string[], connection = CONNECTION): boolean | undefined {
  const tables = ['  sl  local_address rem_address   st tx_queue', ...lines, ''].join('\n');
  return loopbackPeerCheck({ env: {}, platform: 'linux', uid: UID }, [() => '', () => tables])?.(connection);
}

test.each<[what: string, lines: readonly string[], isOwn: boolean]>([
  ['a process of our own', [OURS, NEIGHBOUR, line()], true],
  ['a process of root', [line({ uid: 0 }), OURS], true],
  ['a process of another user', [line({ uid: 1001 }), OURS], false],
  ['a user whose number begins like ours', [line({ uid: 10_000 }), OURS], false],
  ['no entry, as after a reset', [OURS, NEIGHBOUR], false],
  ['nothing at all', [], false],
  ['an end that is closed: nobody holds it', [line({ state: '05', uid: 0, inode: 0 }), OURS], false],
  ['an end that nobody holds, established still', [line({ uid: 0, inode: 0 }), OURS], false],
  ['an end that is about to close', [line({ state: '04' }), OURS], false],
  ['the next connection from the same port, which nobody has accepted', [line(), OURS.replace(' 4712 ', ' 0 ')], false],
  ['the next connection from the same port, ours being gone', [line()], false],
  ['a socket for IPv6 on IPv4', [line({ from: `${MAPPED}${HOST}:C350`, to: `${MAPPED}${HOST}:1F90` }), OURS], true],
  ['another user with a socket for IPv6', [line({ from: `${MAPPED}${HOST}:C350`, to: `${MAPPED}${HOST}:1F90`, uid: 7 }), OURS], false],
])('%s', (_what, lines, isOwn) => {
  expect(check(lines)).toBe(isOwn);
});

test('IPv6', () => {
  const connection: Connection = { local: { address: '::1', port: 8080 }, remote: { address: '::1', port: 50_000 } };
  const ours = line({ from: `${HOST6}:1F90`, to: `${HOST6}:C350` });
  const other = (uid: number) => line({ from: `${HOST6}:C350`, to: `${HOST6}:1F90`, uid });
  expect([check([ours, other(UID)], connection), check([ours, other(1001)], connection)]).toEqual([true, false]);
  expect(check([ours, other(UID)], { ...connection, remote: { address: 'fe80::1', port: 50_000 } })).toBe(false);
});

test('an entry that a first look has missed is found', () => {
  const looks = ['', ''];
  expect(loopbackPeerCheck({ env: {}, platform: 'linux', uid: UID }, [() => looks.shift() ?? `${OURS}\n${line()}\n`])?.(CONNECTION)).toBe(
    true,
  );
});

test('a list that cannot be read any more lets nobody in', () => {
  let isReadable = true;
  const isOwn = loopbackPeerCheck({ env: {}, platform: 'linux', uid: UID }, [
    () => {
      if (!isReadable) throw new Error('EMFILE');
      return `${OURS}\n${line()}\n`;
    },
  ]);
  expect(isOwn?.(CONNECTION)).toBe(true);
  isReadable = false;
  expect(isOwn?.(CONNECTION)).toBe(false);
});

describe('there is no telling', () => {
  test.each<[string, Parameters<typeof loopbackPeerCheck>[0], (() => string)?]>([
    ['on macOS', { env: {}, platform: 'darwin', uid: UID }],
    ['on Windows', { env: {}, platform: 'win32', uid: undefined }],
    ['in WSL', { env: { WSL_DISTRO_NAME: 'Debian' }, platform: 'linux', uid: UID }],
    [
      'where the lists are kept from us',
      { env: {}, platform: 'linux', uid: UID },
      () => {
        throw new Error('EACCES');
      },
    ],
  ])('%s', (_where, surroundings, table = () => '') => {
    expect(loopbackPeerCheck(surroundings, [table])).toBeUndefined();
  });
});

test('the lists of this machine tell of a real connection', { tags: ['linux'] }, async () => {
  const isOwn = loopbackPeerCheck({ env: {}, platform: 'linux', uid: process.geteuid?.() });
  const verdict = new Promise<boolean | undefined>((resolve) => {
    const server = createServer((socket: Socket) => {
      const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
      resolve(isOwn?.({ local: { address: localAddress, port: localPort }, remote: { address: remoteAddress, port: remotePort } }));
      socket.destroy();
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') connect(bound.port, '127.0.0.1').on('error', () => undefined);
    });
  });
  expect(await verdict).toBe(true);
});
