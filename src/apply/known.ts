/** What became of the organization of a customer. `absent`: it was never made, or is deleted again. */
export type KnownOrganization = { readonly id: string; readonly lastWrittenName?: string } | 'unknown' | 'absent';

/** What became of an instance. `refused`: the server said no, so that it is not there. */
export type KnownInstance = { readonly id: string } | 'unknown' | 'refused';

/** What earlier runs have learned of a customer. */
export interface KnownState {
  readonly organization?: KnownOrganization;
  /** By handle. */
  readonly instances: ReadonlyMap<string, KnownInstance>;
}

/** What is known before a run begins, by the keys of customers. */
export interface KnownBefore {
  readonly of: (key: string) => KnownState | undefined;
  readonly keys: () => Iterable<string>;
}

/** Where there is no journal yet. */
export const NOTHING_KNOWN: KnownBefore = { of: () => undefined, keys: () => [] };
