/**
 * The outside world, injected. Only the door builds the real one (`edges/process.ts`); everything else receives it,
 * so that no other module reads `process`, the clock or the terminal.
 */
export interface Edges {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly homeDirectory: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  /** Starts the user's browser; resolves to false when none could be started. Never throws. */
  readonly openUrl: (url: string) => Promise<boolean>;
  readonly keychain: Keychain;
  /**
   * Renews a stored session in a process of its own, which goes on to its end whatever becomes of this one; undefined where none is to
   * be started. Takes and gives a line of JSON; resolves to undefined when no process could be started.
   */
  readonly renewApart: ((request: string) => Promise<string | undefined>) | undefined;
  /** Aborted by SIGINT or SIGTERM; its reason is a `CliError` with code `interrupted` or `terminated`. */
  readonly interruption: AbortSignal;
  /** Gives every signal that asks the process to end to `onSignal`, and to nothing else, until the function that it returns is called. */
  readonly holdSignals: (onSignal: (signal: EndingSignal) => void) => () => void;
}

/** A signal that asks a process to end, and that it can hear. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a yes-or-no variable of the environment, such as `CI`, says yes. */
export function saysYes(env: Environment, name: string): boolean {
  return !['', '0', 'false', 'no'].includes((env[name] ?? '').toLowerCase());
}

/** Where no person waits for anything; some systems of continuous integration do not set `CI`. */
const UNATTENDED = [
  'FLOWKIWI_NO_INPUT',
  'CI',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'TF_BUILD',
  'JENKINS_URL',
  'TEAMCITY_VERSION',
  'CODEBUILD_BUILD_ID',
];

/** Whether the environment says that nobody is there to be asked. */
export function isUnattended(env: Environment): boolean {
  return UNATTENDED.some((name) => saysYes(env, name));
}

/** Variables that hold a secret with which a program could act as the user, or as the CI job. No program that is started gets them. */
export const SECRET_VARIABLES = [
  'FLOWKIWI_TOKEN',
  'FLOWKIWI_CLIENT_SECRET',
  'FLOWKIWI_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
] as const;

/** Whether this is Linux inside Windows, whose browser reaches the loopback address of both. */
export function isWsl(env: Environment): boolean {
  return Boolean(env['WSL_DISTRO_NAME'] || env['WSL_INTEROP']);
}

/** Whether there may be a browser: a desktop, or the variable `BROWSER`. */
export function mayHaveBrowser(env: Environment, platform: NodeJS.Platform): boolean {
  const isPersonal = ['darwin', 'win32', 'android'].includes(platform) || isWsl(env);
  return isPersonal || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['BROWSER']);
}

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
  /** Reads standard input to its end as UTF-8. Throws `invalid` past `limit` bytes. */
  readonly readAll: (limit: number) => Promise<string>;
  readonly stream: NodeJS.ReadableStream;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal in columns; undefined when it is none. */
  readonly columns: number | undefined;
  /** Resolves when the text, or the bytes, are handed to the operating system. A reader that has gone away is no error. */
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
