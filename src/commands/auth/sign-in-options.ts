import { choice, integer, text, texts } from '../kit/option.ts';

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
