import { readFileSync, realpathSync, statfsSync } from 'node:fs';

/** Types of file systems, by statfs(2). */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;
const OVERLAY = 0x794c7630;
const SMB = [0x517b, 0xff534d42, 0xfe534d42];

/**
 * What is to be said of a folder whose files do not outlive this machine, or this container, or are on no disk when a sync says so; undefined
 * where nothing is known against it. Never throws.
 */
export function durabilityProblem(directory: string): string | undefined {
  try {
    const { type } = statfsSync(directory);
    if (type === TMPFS || type === RAMFS) return 'it is in memory (tmpfs), and gone when this machine or container ends';
    if (type === OVERLAY) return 'it is in the layer of a container (overlay), and gone with the container: use a volume';
    if (SMB.includes(type) && mountOptions(directory).includes('nostrictsync'))
      return 'it is on a network disk that is mounted with nostrictsync, and may be lost with the server: mount it with strictsync';
    return undefined;
  } catch {
    return undefined;
  }
}

/** Fields 2 and 4 of proc_mounts(5), of the mount that is nearest. */
function mountOptions(directory: string): readonly string[] {
  const path = realpathSync(directory);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, place = '']) => place === '/' || path === place || path.startsWith(`${place}/`))
    .sort(([, one = ''], [, other = '']) => other.length - one.length);
  return mounts[0]?.[3]?.split(',') ?? [];
}
