import type { SignInSettings } from '../../context/sign-in-settings.ts';
import { CliError } from '../../errors.ts';
import { choice, integer, text, texts } from '../kit/option.ts';
import { requestParameters } from './request-parameters.ts';

const group = 'How a person signs in:';

/** The options of `login`, and of a profile, that say how a person signs in. */
export const SIGN_IN_OPTIONS = {
  scope: {
    ...texts('--scope <scope>', 'setting', 'what to ask for when signing in, in place of the usual; may be given several times'),
    group,
  },
  prompt: { ...text('--prompt <prompt>', 'setting', "what the sign-in page asks: login, select_account, consent; '' for nothing"), group },
  loginHint: { ...text('--login-hint <who>', 'setting', 'the account that the sign-in page offers'), group },
  authParam: {
    ...texts('--auth-param <name=value>', 'setting', 'a parameter for the sign-in page, as kc_idp_hint=google; may be given several times'),
    group,
  },
  callbackPort: {
    ...integer('--callback-port <n>', { min: 1, max: 65_535 }, 'port that the browser comes back to, for a server that wants a fixed one'),
    group,
  },
  callbackPath: { ...text('--callback-path <path>', 'setting', 'path that it comes back to; /callback'), group },
  callbackHost: { ...choice('--callback-host <host>', ['127.0.0.1', 'localhost'], 'host that it comes back to; 127.0.0.1'), group },
};

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
    ...(authParam.length > 0 && { authParams: authorizationParameters(authParam) }),
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

/** Throws `usage` for a parameter that is this program's own. */
function authorizationParameters(texts: readonly string[]): Readonly<Record<string, string>> {
  const parameters = requestParameters(texts, '--auth-param') ?? {};
  const own = Object.keys(parameters).find((name) => OWN_PARAMETERS.has(name));
  if (own === undefined) return parameters;
  throw new CliError('usage', `--auth-param: ${own} is set by flowkiwi itself`, {
    hint: 'leave it out; scope, prompt and login_hint have flags of their own',
  });
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
