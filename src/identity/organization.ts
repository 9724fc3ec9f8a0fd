/** A person's place in an organization. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: string;
  readonly joined_at: string | null;
}

/** The top-level account of a partner. Field names are the API's own, so that `--json` prints them unchanged. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly owners: readonly Member[];
  readonly members: readonly Member[];
}
