import { CliError } from '../errors.ts';
import type { StoredProfile } from '../storage/config.ts';

/** What a profile, or a flag of `login`, says of how a person signs in. */
export type SignInSettings = Pick<
  StoredProfile,
  'scopes' | 'prompt' | 'loginHint' | 'authParams' | 'callbackPort' | 'callbackPath' | 'callbackHost'
>;

/** The flags that say it, as they were given; `scope` and `authParam` are empty when they were not. */
export interface SignInFlags {
  readonly scope: readonly string[];
  readonly prompt: string | undefined;
  readonly loginHint: string | undefined;
  readonly authParam: readonly string[];
  readonly callbackPort: number | undefined;
  readonly callbackPath: string | undefined;
  readonly callbackHost: string | undefined;
}

/** Parameters of the authorization request that are this program's own, or change how it is answered. */
const OWN_PARAMETERS: ReadonlySet<string> = new Set([
  ...['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'code_challenge', 'code_challenge_method'],
  ...['prompt', 'login_hint', 'request', 'request_uri'],
]);

/** The settings that flags give. Throws `usage` for a value that cannot be sent, naming the flag. Pure. */
export function signInSettings(flags: SignInFlags): SignInSettings {
  const { scope, prompt, loginHint, authParam, callbackPort, callbackPath, callbackHost } = flags;
  return {
    ...(scope.length > 0 && { scopes: scope.flatMap((words) => notEmpty(words, '--scope').split(/\s+/)) }),
    ...(prompt !== undefined && { prompt: checkedPrompt(prompt) }),
    ...(loginHint !== undefined && { loginHint: notEmpty(loginHint, '--login-hint') }),
    ...(authParam.length > 0 && { authParams: Object.fromEntries(authParam.map(namedValue)) }),
    ...(callbackPort !== undefined && { callbackPort }),
    ...(callbackPath !== undefined && { callbackPath: checkedPath(callbackPath) }),
    ...(callbackHost !== undefined && { callbackHost }),
  };
}

function checkedPrompt(prompt: string): string {
  if (/^(?:[a-z_]+(?: [a-z_]+)*)?$/.test(prompt.trim())) return prompt.trim();
  throw new CliError('usage', `--prompt takes words of the sign-in server, not ${JSON.stringify(prompt)}`, {
    hint: "for example --prompt select_account, or --prompt '' for none",
  });
}

function namedValue(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new CliError('usage', '--auth-param takes a name and a value', { hint: 'for example --auth-param kc_idp_hint=google' });
  }
  if (!OWN_PARAMETERS.has(name)) return [name, value];
  throw new CliError('usage', `--auth-param cannot set ${name}`, { hint: 'scope, prompt and login_hint have flags of their own' });
}

function checkedPath(path: string): string {
  if (/^\/(?!\/)[\w.~!$&'()*+,;=:@/-]*$/.test(path) && !path.split('/').includes('..')) return path;
  throw new CliError('usage', `--callback-path takes the path of a URL, not ${JSON.stringify(path)}`, {
    hint: 'for example --callback-path /callback',
  });
}

function notEmpty(value: string, name: string): string {
  if (value.trim() !== '') return value.trim();
  throw new CliError('usage', `${name} is empty`, { hint: `give it a value, or leave ${name} out` });
}
