import type { OutputFormat } from '../output/printer.ts';

/** The options that every command takes, checked. */
export interface GlobalOptions {
  readonly profile: string | undefined;
  /** Id or name of an organization. */
  readonly org: string | undefined;
  /** Whether that was said by the flag, not by the environment. */
  readonly isOrgFlag: boolean;
  readonly format: OutputFormat | undefined;
  readonly fields: readonly string[] | undefined;
  /** False for `--no-input`: nobody may be asked. */
  readonly input: boolean;
  readonly yes: boolean;
  /** Longest wait for one answer, or for a person to sign in, in milliseconds. */
  readonly timeoutMs: number | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly debug: boolean;
}
