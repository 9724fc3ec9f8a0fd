import type { Environment } from './environment.ts';

/**
 * The outside world, injected. Only the door builds the real one (`edges/process.ts`); everything else receives it,
 * so that no other module reads `process`, the clock or the terminal.
 */
export interface Edges {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Of Node.js: `20.18.0`. */
  readonly nodeVersion: string;
  readonly homeDirectory: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** Starts the user's browser; resolves to false when none could be started. Never throws. */
  readonly openUrl: (url: string) => Promise<boolean>;
  /** Resolves to what tells own connections on loopback from those of other users; undefined where the system does not tell. */
  readonly peerCheck: () => Promise<PeerCheck | undefined>;
  readonly keychain: Keychain;
  /**
   * Renews a stored session in a process of its own, which goes on to its end whatever becomes of this one; undefined where none is to
   * be started. Takes and gives a line of JSON; resolves to undefined when no process could be started.
   */
  readonly renewInChild: ((request: string) => Promise<string | undefined>) | undefined;
  /**
   * Applies an expression of jq to JSON texts, apart from this thread: it may run for ever. Rejects with the signal's reason when that is aborted,
   * and never for what jq itself says.
   */
  readonly jq: (request: JqRequest, signal: AbortSignal) => Promise<JqAnswer>;
  /** Aborted by a signal that asks the process to end; its reason is a `CliError` with the code of the signal. */
  readonly interruption: AbortSignal;
  /** Lets a command of many requests finish those that are under way: see `Drain`. */
  readonly drainOnSignal: (graceMs: number) => Drain;
  /**
   * Gives each key that is pressed on the terminal of standard input to `onKey`, without showing it, until the function that it resolves to is
   * called: Enter is `\r`, Ctrl-D and a terminal that is closed `\x04`. Ctrl-C and Ctrl-Z do what they always do. Without a terminal there are no keys.
   */
  readonly listenForKeys: (onKey: (key: string) => void) => Promise<() => void>;
  /** The shell's job control; loaded when it is first needed. */
  readonly jobControl: () => Promise<JobControl>;
  /** Gives every signal that asks the process to end to `onSignal`, and to nothing else, until the function that it returns is called. */
  readonly holdSignals: (onSignal: (signal: EndingSignal) => void) => () => void;
}

/** What jq is to do. */
export interface JqRequest {
  readonly expression: string;
  /** JSON texts, one after another; with none of them the expression is only compiled. */
  readonly input: string;
}

/** How it went: `exhausted` when it took more memory than it may. */
export type JqAnswer =
  | {
      readonly kind: 'ended';
      /** 0, 3 when the expression cannot be compiled, 5 when it failed on a text. */
      readonly status: number;
      /** The results, each as compact JSON in a line of its own. */
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'exhausted' };

/** How long a signal leaves what is under way: less than the 30 s after which schedulers kill. */
export const DRAIN_GRACE_MS = 25_000;

/** A stretch of a command in which a signal means: begin nothing new, finish what is under way. A second signal ends the process at once. */
export interface Drain {
  /** Aborted by the signal, with the reason that the interruption will have; the interruption itself comes when the grace is over. */
  readonly signal: AbortSignal;
  /** Ends the stretch: a signal that came in it is an interruption from now on. */
  readonly end: () => void;
}

/** What the shell does to this process as a job: it stops it (Ctrl-Z), and goes on with it in the foreground (fg) or in the background (bg). */
export interface JobControl {
  /** Whether the terminal is this job's own: one in the background would write into what the person types. True where the system does not tell. */
  readonly isInForeground: () => boolean;
  /** Does the work right before this process stops, each time until the function that it returns is called. */
  readonly beforeStop: (work: () => void) => () => void;
  /** The same for when it goes on. */
  readonly afterStop: (work: () => void) => () => void;
}

/** A signal that asks a process to end, and that it can hear. */
export type EndingSignal = 'SIGHUP' | 'SIGINT' | 'SIGQUIT' | 'SIGTERM';

/**
 * The keychain of the operating system, which keeps secrets for the user who is logged in. Each call ends within seconds, also when the
 * keychain does not; each throws `unavailable` when the keychain is absent, locked or silent, with a hint that says what helps.
 */
export interface Keychain {
  /** The secret of an account of ours; undefined when there is none. */
  readonly get: (account: string) => Promise<string | undefined>;
  /** Keeps a secret, and makes sure that it can be read back. */
  readonly set: (account: string, secret: string) => Promise<void>;
  /** No error when there is none. */
  readonly delete: (account: string) => Promise<void>;
}

export interface Input {
  readonly isTerminal: boolean;
  /** Whether it is a terminal that has been closed. */
  readonly isClosed: () => Promise<boolean>;
  /** Reads standard input to its end. Throws `invalid` past `limit` bytes. */
  readonly readAll: (limit: number) => Promise<Uint8Array>;
  readonly stream: NodeJS.ReadableStream;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal in columns; undefined when it is none. */
  readonly columns: number | undefined;
  /** Resolves when the text, or the bytes, are handed to the operating system. A reader that has gone away is not an error. */
  readonly write: (content: string | Uint8Array) => Promise<void>;
  /** True once the reader has closed its end (`… | head`): nothing more needs to be produced. */
  readonly isClosed: () => boolean;
  readonly stream: NodeJS.WritableStream;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Waits `milliseconds`; rejects with the signal's reason when that is aborted first. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** One TCP connection: our end, and the other one. */
export interface Connection {
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

/** Whether the other end is a process of this user, or of root. It may be wrong about a connection that is over when a later one is from the same port. Never throws. */
export type PeerCheck = (connection: Connection) => boolean;
