/** How one request is sent. */
export interface Sending {
  /** What it says in `Idempotency-Key`. */
  readonly idempotencyKey?: string | undefined;
  /** As of an HTTP request. */
  readonly onSending?: (() => void) | undefined;
}

/** What has an id, and a name as far as the server told it. */
export interface Named {
  readonly id: string;
  readonly name: string | null;
}

/**
 * The calls of bulk work, each of them one request that is sent once: who calls them decides what is sent again, and when. All throw a
 * `CliError`; a create `unknown_outcome` where nobody can know whether it happened.
 */
export interface SingleRequests {
  /** What a 201 names is made, also where the rest of the answer cannot be read. */
  readonly createOrganization: (name: string, sending: Sending) => Promise<Named>;
  readonly createInstance: (
    organizationId: string,
    instance: { readonly name: string; readonly handle: string },
    sending: Sending,
  ) => Promise<Named>;
  /** The instance with exactly this handle in an organization; undefined when it shows none. More than one request where its list has pages. */
  readonly findInstance: (organizationId: string, handle: string) => Promise<Named | undefined>;
  readonly getOrganization: (id: string) => Promise<Named>;
  readonly renameOrganization: (id: string, name: string, sending: Sending) => Promise<Named>;
  readonly deleteOrganization: (id: string, sending: Sending) => Promise<void>;
}
