import { resolve } from 'node:path';
import { checkedUrl, shownIfHarmless } from '../../context/checked-settings.ts';
import type { Context } from '../../context/context.ts';
import type { ForProvider, ProviderName } from '../../context/provider-defaults.ts';
import { CliError } from '../../errors.ts';
import type { StoredProfile } from '../../storage/config.ts';
import { text } from '../kit/option.ts';

// Not `onlyFor` ZITADEL: that looks at the profile in use, and these are about the one that is added.
const group = 'Options for ZITADEL:';

/** What a profile of ZITADEL has beyond others. */
export const ZITADEL_SETTINGS = {
  instanceHost: {
    ...text('--instance-host <host>', 'setting', 'host of the instance, and its port if any, where the URL has another one'),
    group,
  },
  systemUser: { ...text('--system-user <name>', 'setting', 'a system user, for commands about instances'), group },
  systemKey: { ...text('--system-key <file>', 'path', 'private key of the system user: RSA, as PEM'), group },
  systemAudience: { ...text('--system-audience <url>', 'url', "the server's own address, where the URL has another one"), group },
};

/** The providers whose profiles have these. */
const HAVE_SETTINGS: ForProvider = { flowkiwi: false, zitadel: true };

interface Settings {
  readonly instanceHost: string | undefined;
  readonly systemUser: string | undefined;
  readonly systemKey: string | undefined;
  readonly systemAudience: string | undefined;
}

/** What of it is stored; the path of the key is made absolute. Throws `usage` for what is wrong, or what the provider has no use for. */
export function zitadelSettings(provider: ProviderName, { instanceHost, systemUser, systemKey, systemAudience }: Settings): StoredProfile {
  const given = [
    instanceHost !== undefined && '--instance-host',
    systemUser !== undefined && '--system-user',
    systemKey !== undefined && '--system-key',
    systemAudience !== undefined && '--system-audience',
  ].filter((flag) => flag !== false);
  if (!HAVE_SETTINGS[provider] && given.length > 0) {
    throw new CliError('usage', `${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} for ZITADEL`, {
      hint: 'add --provider zitadel, or leave it out',
    });
  }
  if ((systemUser === undefined) !== (systemKey === undefined) || (systemAudience !== undefined && systemUser === undefined)) {
    throw new CliError('usage', '--system-user and --system-key need each other, and --system-audience needs both', {
      hint: 'for example --system-user provisioning --system-key provisioning.pem',
    });
  }
  return {
    ...(instanceHost !== undefined && { instanceHost: checkedHost(instanceHost) }),
    ...(systemUser !== undefined && { systemUser: checkedUser(systemUser) }),
    ...(systemKey !== undefined && { systemKey: resolve(systemKey) }),
    ...(systemAudience !== undefined && { systemAudience: checkedUrl(systemAudience, '--system-audience').origin }),
  };
}

/** ZITADEL compares what is sent, and knows its own in lower case (contract section 1.2). */
function checkedHost(host: string): string {
  if (URL.canParse(`https://${host}`) && new URL(`https://${host}/`).host === host.toLowerCase()) return host.toLowerCase();
  throw new CliError('usage', `--instance-host takes a host${shownIfHarmless(', not', host)}`, {
    hint: 'for example --instance-host acme.localhost:8080',
  });
}

/** The server reads the names in its configuration as lower case (contract section 4.5). */
function checkedUser(name: string): string {
  if (name.trim() !== '' && name === name.toLowerCase()) return name;
  throw new CliError('usage', `--system-user takes a name in lower case, not ${JSON.stringify(name)}`, {
    hint: 'for example --system-user provisioning',
  });
}

/**
 * Looks at the key of a system user before it is needed. Throws `invalid` for a file that no request can be signed with; a key may come later than
 * the profile, so that one which is not there yet is a warning.
 */
export async function checkSystemKey({ messages }: Context, path: string): Promise<void> {
  const { readRsaKeyFile } = await import('../../oauth/private-key.ts');
  const key = readRsaKeyFile(path);
  if (!('problem' in key)) return;
  if (!key.isAbsent) throw new CliError('invalid', `--system-key: ${path} ${key.problem}`, { hint: key.hint });
  await messages.warning(`--system-key: ${path} ${key.problem} yet; commands about instances need it`);
}
