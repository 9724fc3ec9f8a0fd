import { resolve } from 'node:path';
import { keyGrant, secretMethod } from '../../context/client-secret.ts';
import type { Context } from '../../context/context.ts';
import { type PresentedIdentity, presentedKey } from '../../context/presented-identity.ts';
import { type Profile, profileSources } from '../../context/profile.ts';
import { assertNamesFile } from '../../context/secret-file.ts';
import { emptyVariable } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { keyOption, readClientSecret } from './confidential-client.ts';
import type { MachineMethod } from './login-method.ts';

export interface MachineIdentityOptions {
  readonly profile: Profile;
  /** `--client-id`, which is in the profile as well. */
  readonly clientId: string | undefined;
  readonly method: MachineMethod;
}

/**
 * Reads what a machine signs in with: files, variables, standard input. A person is asked for a client secret that is given nowhere. Throws
 * `usage` for what is missing, naming flag and variable, `invalid` or `auth` for what cannot be used, naming its source.
 */
export async function readMachineIdentity(context: Context, options: MachineIdentityOptions): Promise<PresentedIdentity> {
  const { method } = options;
  switch (method.kind) {
    case 'client_credentials': {
      await requiredClientId(context, options, 'the client');
      const { secret, source } = await readClientSecret(context, method.secretFile);
      context.holdSecret(secret);
      return {
        machine: { kind: 'client_credentials', clientSecret: secret, method: method.clientAuth ?? secretMethod(options.profile) },
        source: ` from ${source}`,
        hint: 'check the secret, and the client id (--client-id or FLOWKIWI_CLIENT_ID)',
      };
    }
    case 'service_account_key': {
      const { file, keyId, audience, grant = keyGrant(options.profile) } = method;
      const subject = () => requiredClientId(context, options, 'the service account that the key is of');
      const hint = 'check that the sign-in server still knows the key; one that calls itself something else wants --key-audience';
      return presentedKey(context, {
        file,
        option: keyOption(options.profile, file),
        keyId,
        audience,
        grant,
        provider: options.profile.provider,
        subject,
        hint,
      });
    }
    case 'workload_identity': {
      const { file, audience, grant, parameters = options.profile.oidcParams } = method;
      if (file !== undefined) assertNamesFile(file, '--oidc-token-file');
      return {
        // Another command may be run from another folder.
        machine: { kind: 'workload_identity', file: file === undefined ? undefined : resolve(file), audience, grant, parameters },
        source: '',
        hint: 'let the sign-in server trust this iss, sub and aud; GitHub Actions gives a token for another aud with --oidc-audience',
      };
    }
  }
}

/** A client id that was chosen: the built-in one is that of a program, which has no secret and is not a service account. */
async function requiredClientId(
  { profileChoice, edges, config }: Context,
  { profile, clientId }: MachineIdentityOptions,
  whose: string,
): Promise<string> {
  const { client_id: source } = profileSources({ ...(await profileChoice()), clientId }, edges.env, await config.read());
  if (source !== 'built in') return profile.clientId;
  throw new CliError('usage', `--client-id is missing: the id of ${whose}`, {
    hint: emptyVariable(edges.env, 'FLOWKIWI_CLIENT_ID') ?? 'give it as --client-id ID or in FLOWKIWI_CLIENT_ID',
  });
}
