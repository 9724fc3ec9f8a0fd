// The types of createSandbox(). The package has this file as dist/sandbox.d.ts, so nothing is imported here.

export interface CreateSandboxOptions {
  /**
   * Organizations of Flowkiwi that the sandbox begins with, owned by jane@acme.example: as they are, or a manifest of `flowkiwi apply`, or the path of
   * a file with one (CSV, JSON Lines, YAML or JSON, by its name).
   */
  readonly seed?: readonly SeedOrganization[] | SeedManifest | string | URL | undefined;
  /** How it fails from the beginning. */
  readonly faults?: FaultSettings | undefined;
  /** How it answers where the documentation is silent, each as `duplicateHandle=409`. */
  readonly switches?: readonly string[] | undefined;
  /** The port on 127.0.0.1; without it a free one. */
  readonly port?: number | undefined;
  /** Whether everybody is signed in at once, without a page: yes, unless this is `false`. */
  readonly autoApprove?: boolean | undefined;
  /** What its clock shows at the beginning; without it the time of this machine. */
  readonly startTime?: Date | undefined;
  /** Hears of failures inside the sandbox, which its clients see only as a status 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** As `flowkiwi apply --schema` describes it. */
export interface SeedManifest {
  readonly version: 1;
  readonly organizations: readonly SeedOrganization[];
}

export interface SeedOrganization {
  /** Tells organizations of one name apart. */
  readonly key?: string;
  readonly name: string;
  /** A UUID; without it a new one. */
  readonly id?: string;
  readonly instances?: readonly {
    /** Without it that of the organization. */
    readonly name?: string;
    readonly handle: string;
    /** A UUID; without it a new one. */
    readonly id?: string;
  }[];
}

/** What is left out stays unchanged. */
export interface FaultSettings {
  /** Such as `POST /api/organizations=503x2`. They take the place of the rules that are set. */
  readonly rules?: readonly string[] | undefined;
  /** How long every answer is held back, in milliseconds. */
  readonly latency?: number | undefined;
  /** How many requests a second Flowkiwi's API takes; 0 for no limit. */
  readonly rate?: number | undefined;
  /** With a number, chance decides the same each time. */
  readonly seed?: number | undefined;
}

export interface Faults {
  /** `remaining` says how many requests a rule is still for; null when it has no end. */
  readonly rules: readonly { readonly rule: string; readonly remaining: number | null }[];
  readonly latency: number;
  readonly rate: number;
}

/** Which requests are asked for. Without a filter it is all of them. */
export interface RequestFilter {
  readonly method?: string | undefined;
  /** The path without its query; `*` is any text. */
  readonly path?: string | undefined;
  /** A status (`201`), a class (`'4xx'`), or `'cut'` for a connection that ended before the answer did. */
  readonly status?: number | string | undefined;
  /** A text that is anywhere in the request or its answer. */
  readonly text?: string | undefined;
  /** The number of a request: only later ones. */
  readonly after?: number | undefined;
  /** At most so many, the latest: 100 without it, 1,000 at most. */
  readonly limit?: number | undefined;
  /** How many seconds to wait for one when there is none, 60 at most. */
  readonly wait?: number | undefined;
}

/** A request that was answered. Tokens, secrets and codes are left out of it. */
export interface SandboxRequest {
  /** Counts the requests, from 1. */
  readonly number: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** Null when the connection was cut. */
  readonly status: number | null;
  readonly duration_ms: number;
  readonly request: SandboxMessage;
  readonly response: SandboxMessage;
  /** A line for a shell that sends it again, with the token in a variable. */
  readonly curl: string;
}

export interface SandboxMessage {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null when there was none, or when it is no text. Cut after 8 kB. */
  readonly body: string | null;
  /** In bytes. */
  readonly length: number;
}

/** What is in the sandbox, the newest first; at most 1,000 organizations of each provider. */
export interface SandboxState {
  /** How many there are of both providers. */
  readonly counts: Counts;
  readonly flowkiwi: { readonly organizations: readonly FlowkiwiOrganization[] };
  readonly zitadel: { readonly instances: readonly ZitadelInstance[] };
}

export interface Counts {
  readonly organizations: number;
  readonly instances: number;
}

export interface FlowkiwiOrganization {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly owners: readonly FlowkiwiMember[];
  readonly members: readonly FlowkiwiMember[];
  readonly instances: readonly FlowkiwiInstance[];
}

export interface FlowkiwiMember {
  readonly id: string;
  readonly email: string;
  readonly name?: string;
  readonly role: 'owner' | 'member';
  readonly joined_at: string;
}

export interface FlowkiwiInstance {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly organization_id: string;
  readonly created_by_organization_id: string;
}

export interface ZitadelInstance {
  readonly id: string;
  readonly name: string;
  readonly primary_domain: string;
  readonly created_at: string;
  readonly organizations: readonly ZitadelOrganization[];
}

export interface ZitadelOrganization {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly primary_domain: string;
  readonly created_at: string;
  readonly members: readonly {
    readonly user_id: string;
    readonly user_name: string | null;
    readonly roles: readonly string[];
  }[];
}

/** Goes on as the clock of this machine does. */
export interface SandboxClock {
  now(): Date;
  /** Puts it forward. Throws for less than 0 seconds. */
  advance(seconds: number): void;
}

export interface Sandbox {
  /** Where it answers, for `FLOWKIWI_URL`: `http://127.0.0.1:PORT`. It is its issuer, too. */
  readonly address: string;
  /** What its controls under `/_sandbox/` ask for, as a bearer token. */
  readonly secret: string;
  /** An access token for that person, who is made when new: for `FLOWKIWI_TOKEN`. It lasts for 24 hours. */
  tokens(email: string): Promise<string>;
  /** The latest requests, the oldest of them first, without those of the controls. Throws for a filter that cannot be. */
  requests(filter?: RequestFilter): Promise<readonly SandboxRequest[]>;
  state(): Promise<SandboxState>;
  /** Changes how it fails, where settings are given. Says how it fails now. Throws for a rule that is none, and changes nothing then. */
  faults(settings?: FaultSettings): Promise<Faults>;
  /** By which it dates what it makes, and ends tokens, codes and sessions. */
  readonly clock: SandboxClock;
  /**
   * Makes it what it was at the beginning: deletes all organizations and instances and makes the seed again, forgets the requests, puts its
   * clock back, and fails and answers as `createSandbox` was told. Accounts and tokens stay. Says how many organizations and instances there were.
   */
  reset(): Promise<Counts>;
  /** Answers what is under way, for at most 2 seconds, and ends. What is in it is gone. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox of its own in this process, in memory, on a free port of 127.0.0.1.
 * Throws for a seed, a fault rule or a switch that cannot be, and for a port that is in use.
 */
export declare function createSandbox(options?: CreateSandboxOptions): Promise<Sandbox>;
