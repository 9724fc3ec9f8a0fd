import { join } from 'node:path';
import type { ProviderName } from '../../context/provider-defaults.ts';
import type { Environment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import type { Sandbox } from '../../sandbox/server.ts';

/** The ways in which a machine signs in by its environment. */
export const MACHINE_WAYS = ['secret', 'key', 'oidc'] as const;

export type MachineWay = (typeof MACHINE_WAYS)[number];

/** Which of them there are at a provider. ZITADEL trusts the tokens of no CI. */
const HAS_WAY: Readonly<Record<ProviderName, Readonly<Record<MachineWay, boolean>>>> = {
  flowkiwi: { secret: true, key: true, oidc: true },
  zitadel: { secret: true, key: true, oidc: false },
};

/** Throws `usage` for a way that the provider does not have: what is rehearsed would fail there. */
export function assertHasWay(provider: ProviderName, way: MachineWay): void {
  if (HAS_WAY[provider][way]) return;
  const ways = MACHINE_WAYS.filter((known) => HAS_WAY[provider][known]);
  throw new CliError('usage', `--machine ${way} is not for --provider ${provider}, which trusts the token of no CI`, {
    hint: `give --machine ${ways.join(' or --machine ')}`,
  });
}

/** The variables that sign a program in to the sandbox as a machine of its own; its key is a file in `directory`. */
export async function machineVariables(sandbox: Pick<Sandbox, 'createMachine'>, way: MachineWay, directory: string): Promise<Environment> {
  const { client_id, client_secret, key, ci } = await sandbox.createMachine('sandbox exec');
  switch (way) {
    case 'secret':
      return { FLOWKIWI_CLIENT_ID: client_id, FLOWKIWI_CLIENT_SECRET: client_secret };
    case 'key': {
      const { createPrivateFile } = await import('../../files/private-file.ts');
      const path = join(directory, 'service-account-key.json');
      createPrivateFile(path, `${JSON.stringify(key)}\n`);
      return { FLOWKIWI_KEY_FILE: path };
    }
    case 'oidc':
      return {
        FLOWKIWI_OIDC: '1',
        ACTIONS_ID_TOKEN_REQUEST_URL: ci.request_url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: ci.request_token,
      };
  }
}
