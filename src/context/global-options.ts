import type { OutputFormat } from '../output/printer.ts';

/** An output of a step of GitHub Actions, and the field of the resource that it has. */
export interface GithubOutput {
  readonly name: string;
  readonly field: string;
}

/** The options that every command takes, checked. */
export interface GlobalOptions {
  readonly profile: string | undefined;
  /** Id or name of an organization. */
  readonly org: string | undefined;
  /** Whether that was said by the flag, not by the environment. */
  readonly isOrgFlag: boolean;
  readonly format: OutputFormat | undefined;
  /** Whether errors are JSON, and nothing else is said on stderr: with `-q` also where the result is another form. */
  readonly json: boolean;
  /** Whether ids alone are wanted, or the fields that are named in their place, and no words beside them. */
  readonly quiet: boolean;
  readonly fields: readonly string[] | undefined;
  /** An expression of jq, which the JSON of the result goes through. */
  readonly jq: string | undefined;
  readonly githubOutputs: readonly GithubOutput[];
  /** False for `--no-input`: nobody may be asked. */
  readonly input: boolean;
  readonly yes: boolean;
  /** Longest wait for one answer, or for a person to sign in, in milliseconds. */
  readonly timeoutMs: number | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly debug: boolean;
}

/** Those of a run that no person has called: nobody is asked, and nothing is chosen. */
export const UNATTENDED_OPTIONS: GlobalOptions = {
  profile: undefined,
  org: undefined,
  isOrgFlag: false,
  format: undefined,
  json: false,
  quiet: false,
  fields: undefined,
  jq: undefined,
  githubOutputs: [],
  input: false,
  yes: false,
  timeoutMs: undefined,
  color: 'never',
  debug: false,
};
