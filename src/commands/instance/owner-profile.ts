import { isBuiltIn } from '../../context/profile.ts';
import { type CommandLine, flowkiwi, type Word } from '../../hint.ts';
import { suggestHandle } from '../../identity/flowkiwi/handle.ts';
import type { ZitadelInstance } from '../../identity/zitadel/instance.ts';

export interface OwnerProfile {
  /** Base URL of the server that has the instance. */
  readonly url: URL;
  /** Names of the profiles that are there. */
  readonly taken: ReadonlySet<string>;
  /** Where the key of the machine is that owns the instance, if it is in a file. */
  readonly keyFile: string | undefined;
}

/**
 * The command to work in a new instance of ZITADEL as its owner: it adds a profile, with the key if there is one. An instance without a domain, which
 * cannot be reached, can only be looked at. Pure.
 */
export function ownerProfile(
  { id, name, primary_domain }: Pick<ZitadelInstance, 'id' | 'name' | 'primary_domain'>,
  { url, taken, keyFile }: OwnerProfile,
): CommandLine {
  if (primary_domain === null) return flowkiwi('instance', 'get', { id });
  const suggested = suggestHandle(name);
  const isFree = suggested !== undefined && !isBuiltIn(suggested) && !taken.has(suggested);
  const profile: Word = isFree ? suggested : { id };
  const host = url.port === '' ? primary_domain : `${primary_domain}:${url.port}`;
  const place = ['--provider', 'zitadel', '--url', url.href.replace(/\/$/, ''), '--instance-host', { id: host }];
  const key = keyFile === undefined ? [] : ['--key-file', keyFile];
  return flowkiwi('profile', 'add', profile, ...place, ...key, '--use');
}
