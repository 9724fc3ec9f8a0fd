import type { Context } from '../../context/context.ts';
import { assertNamedIssuer } from '../../context/named-issuer.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import { withServerClock } from '../../http/server-clock.ts';
import { STORAGES } from '../../storage/config.ts';
import { hasKey } from '../../storage/credential.ts';
import { CLIENT_AUTH_METHODS, WORKLOAD_GRANTS } from '../../well-known.ts';
import { defineCommand } from '../kit/command.ts';
import { choice, flag, text, texts } from '../kit/option.ts';
import { both } from '../kit/provider.ts';
import type { Result } from '../kit/result.ts';
import { personsClient } from './confidential-client.ts';
import { type LoginMethod, loginMethod, type PersonMethod, withProfileKey } from './login-method.ts';
import { pastedCredential, readPastedToken } from './pasted-token.ts';
import { requireFlow, signIn } from './sign-in.ts';
import { SIGN_IN_OPTIONS, signInSettings } from './sign-in-options.ts';
import { type Keep, type NewSignIn, type Obtain, signInAndStore } from './store.ts';

const group = 'For machines, and for a client with a secret or a key:';

/** The options of `login` that need no person. */
const MACHINE_OPTIONS = {
  clientCredentials: { ...flag('--client-credentials', 'sign in as a client, with its secret (FLOWKIWI_CLIENT_SECRET)'), group },
  clientSecretFile: { ...text('--client-secret-file <file>', 'path', 'the secret of the client, from a file; - is standard input'), group },
  clientAuth: {
    ...choice(
      '--client-auth <method>',
      CLIENT_AUTH_METHODS,
      'how the client shows its secret or its key; as the server lists it when not given',
    ),
    group,
  },
  keyFile: {
    ...text(
      '--key-file <file>',
      'path',
      'sign in with the key of a service account, or with --browser or --device that of the client; - is standard input',
    ),
    group,
  },
  keyId: { ...text('--key-id <id>', 'id', 'id of the key, when the file is a bare PEM key'), group },
  keyAudience: { ...text('--key-audience <name>', 'setting', 'what the sign-in server calls itself, when not by its URL'), group },
  oidc: { ...flag('--oidc', "sign in with the CI's own token for this job (FLOWKIWI_ID_TOKEN)"), group },
  oidcAudience: { ...text('--oidc-audience <name>', 'setting', 'whom GitHub Actions makes the token for; the sign-in server'), group },
  oidcGrant: {
    ...choice('--oidc-grant <grant>', WORKLOAD_GRANTS, 'how the token of the job is presented; found out when not given'),
    group,
  },
  oidcParam: {
    ...texts('--oidc-param <name=value>', 'setting', 'one more parameter of that request, as connector_id=github (repeatable)'),
    group,
  },
  oidcTokenFile: { ...text('--oidc-token-file <file>', 'path', 'the token of the job, from a file'), group },
} as const;

export const authLogin = defineCommand({
  name: 'login',
  summary: 'sign in, and store the credential of the profile',
  description:
    'Signs in with the browser of this machine, or with a code that is entered in any browser, or with a token from standard input. ' +
    'Without a flag: the browser for a person at a desktop; the code over SSH, in a container or without a display. ' +
    'In CI, or with --no-input, a flag has to say it. ' +
    'Machines sign in with a key, a secret or the token of their CI, and renew what they get by themselves.',
  options: {
    browser: flag('--browser', 'sign in with the browser of this machine'),
    openBrowser: flag('--no-browser', 'print the sign-in URL instead of opening a browser'),
    par: flag('--par', 'hand what is asked for to the server beforehand (PAR), where it does not say that it wants that'),
    device: flag('--device', 'sign in with a code that is entered in any browser'),
    withToken: flag('--with-token', 'read an access token from standard input'),
    issuer: text('--issuer <url>', 'url', 'the sign-in server, when the API does not name it (FLOWKIWI_ISSUER)'),
    clientId: text('--client-id <id>', 'id', 'how the sign-in server knows this program (FLOWKIWI_CLIENT_ID)'),
    expectUser: text('--expect-user <who>', 'setting', 'refuse another account than this e-mail address or subject'),
    storage: choice(
      '--storage <storage>',
      STORAGES,
      'where the secrets are kept, these and later ones: file, or keyring (the system keychain)',
    ),
    ...SIGN_IN_OPTIONS,
    ...MACHINE_OPTIONS,
  },
  examples: [
    'flowkiwi login',
    'flowkiwi --profile sandbox login --device',
    'flowkiwi login --prompt select_account --callback-port 8765',
    'flowkiwi login --with-token < token.txt',
    'flowkiwi login --storage keyring --with-token < token.txt',
    'flowkiwi login --key-file key.json',
    'flowkiwi login --client-credentials --client-id onboarding --client-secret-file secret.txt',
    'flowkiwi login --oidc',
  ],
  exits: ['invalid', 'auth', 'timeout', 'unavailable', 'interrupted'],
  data: both(async () => (await import('./status.ts')).signInData()),
  effect: 'changes',
  org: both('ignored'),
}).run(
  both(async (context, { options }) => {
    const { issuer, clientId, storage, expectUser } = options;
    const profile = await context.profile({ issuer, clientId, signIn: signInSettings(options) });
    return login(context, { profile, clientId, storage, expectUser, method: loginMethod(withProfileKey(options, profile)) });
  }),
);

export interface Login extends Partial<Pick<NewSignIn, 'storage' | 'expectUser'>> {
  readonly profile: Profile;
  readonly method: LoginMethod;
  /** `--client-id`, which is in the profile as well. */
  readonly clientId?: string | undefined;
}

/** Signs in to a profile, in the way that was chosen, and stores the credential. */
export async function login(context: Context, { profile, method, clientId, storage, expectUser }: Login): Promise<Result> {
  const sign = (obtain: Obtain) => signInAndStore(context, { profile, storage, expectUser, obtain });
  switch (method.kind) {
    case 'person':
      return sign((keep) => signInPerson(context, profile, method, keep));
    case 'token':
      return sign(async (keep) => keep(await pastedCredential(context, profile, await readPastedToken(context))));
    case 'machine': {
      const { signInMachine } = await import('./machine-sign-in.ts');
      return sign(async (keep) => keep(await signInMachine(context, { profile, clientId, method: method.machine })));
    }
  }
}

async function signInPerson<T>(context: Context, profile: Profile, { flow, open, par, ...proof }: PersonMethod, keep: Keep<T>): Promise<T> {
  const chosen = await requireFlow(context, flow);
  const client = await personsClient(context, { profile, ...proof });
  const [{ findSignInServer }, { timeToSign }] = await Promise.all([
    import('../../context/sign-in-server.ts'),
    import('../../oauth/server-time.ts'),
  ]);
  const { edges, prompter, messages, activity } = context;
  const [http, serverClock] = withServerClock(await context.httpFor(profile), edges.clock);
  const server = await activity.during(`look for the sign-in server of ${profile.url.host}`, () =>
    findSignInServer({ http, profile, signal: edges.interruption }),
  );
  if (server) {
    if (client && !hasKey(client)) assertNamedIssuer('a client secret', server, { profile, naming: 'with --issuer or in FLOWKIWI_ISSUER' });
    const signingTime = () => timeToSign(edges.clock, serverClock);
    return signIn(context, { profile, server, flow: chosen, client, signingTime, par, openUrl: open ? edges.openUrl : undefined }, keep);
  }
  const where = 'the "Log in with Flowkiwi" button of the documentation site gives a token';
  if (!prompter) {
    throw new CliError('auth', `${profile.url.origin} names no sign-in server`, {
      hint: helpWith(`name the server with --issuer; meanwhile ${where}, to be piped into`, 'login', '--with-token'),
    });
  }
  await messages.notice(`${profile.url.origin} names no sign-in server yet. Meanwhile ${where}.`);
  return keep(await pastedCredential(context, profile, await readPastedToken(context)));
}
