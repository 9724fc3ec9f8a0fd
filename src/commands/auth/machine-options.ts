import { flag, text } from '../kit/option.ts';

const group = 'For machines:';

/** The options of `login` that need no person. */
export const MACHINE_OPTIONS = {
  clientCredentials: { ...flag('--client-credentials', 'sign in as a client, with its secret (FLOWKIWI_CLIENT_SECRET)'), group },
  clientSecretFile: { ...text('--client-secret-file <file>', 'the secret, from a file; - is standard input'), group },
  keyFile: { ...text('--key-file <file>', 'sign in with the key of a service account; - is standard input'), group },
  keyId: { ...text('--key-id <id>', 'id of the key, when the file is a bare PEM key'), group },
  keyAudience: { ...text('--key-audience <name>', 'what the sign-in server calls itself, when not by its URL'), group },
  oidc: { ...flag('--oidc', "sign in with the CI's own token for this job (FLOWKIWI_ID_TOKEN)"), group },
  oidcAudience: { ...text('--oidc-audience <name>', 'whom GitHub Actions makes the token for; the sign-in server'), group },
  oidcTokenFile: { ...text('--oidc-token-file <file>', 'the token of the job, from a file'), group },
} as const;
