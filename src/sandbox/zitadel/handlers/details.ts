import { timestampFromMs } from '@bufbuild/protobuf/wkt';

/** The end of time, for credentials that do not expire, in milliseconds since the Unix epoch. */
export const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

interface Changed {
  readonly sequence: number;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** How the v1 API describes what was just added: `changeDate` is never set, whatever the published examples show (contract section 1.1). */
export function addedDetails({ sequence, createdAt }: Omit<Changed, 'changedAt'>, resourceOwner: string) {
  return { sequence: BigInt(sequence), creationDate: timestampFromMs(createdAt), resourceOwner };
}

/** How the v1 API describes a rename of an organization, and a rename or removal of an instance: as if it had just been added. */
export function renamedDetails({ changedAt, sequence }: Omit<Changed, 'createdAt'>, resourceOwner: string) {
  return addedDetails({ sequence, createdAt: changedAt }, resourceOwner);
}

/** How the v1 API describes what was just changed or removed: without `creationDate`. */
export function changedDetails({ sequence, changedAt }: Omit<Changed, 'createdAt'>, resourceOwner: string) {
  return { sequence: BigInt(sequence), changeDate: timestampFromMs(changedAt), resourceOwner };
}

/** How both APIs describe what is read. */
export function readDetails({ sequence, createdAt, changedAt }: Changed, resourceOwner: string) {
  return {
    sequence: BigInt(sequence),
    creationDate: timestampFromMs(createdAt),
    changeDate: timestampFromMs(changedAt),
    resourceOwner,
  };
}
