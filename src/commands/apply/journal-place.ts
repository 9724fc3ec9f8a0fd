import { createHash } from 'node:crypto';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { JournalScope } from '../../apply/journal/record.ts';
import type { Context } from '../../context/context.ts';
import type { Profile } from '../../context/profile.ts';
import { CliError } from '../../errors.ts';
import { stateDirectory } from '../../files/locations.ts';
import { readJwtClaims } from '../../oauth/jwt-claims.ts';

/** The manifests of this command. */
const KIND = 'flowkiwi';

/** Where the journal of a manifest is: `customers.journal` beside `customers.csv`, or the folder that was named. Throws `usage` for standard input. */
export function journalDirectory(manifest: string, given: string | undefined): string {
  if (given !== undefined && given.trim() !== '') return resolve(given);
  if (manifest !== '-') return resolve(dirname(manifest), `${basename(manifest, extname(manifest))}.journal`);
  throw new CliError('usage', 'a manifest from standard input needs a journal of its own', {
    hint: 'name a folder that stays: --journal DIR',
  });
}

/** That of one customer who is named by options. */
export function journalOfCustomer({ edges }: Pick<Context, 'edges'>, scope: JournalScope, key: string): string {
  const name = createHash('sha256')
    .update(JSON.stringify([scope, key]))
    .digest('hex')
    .slice(0, 32);
  return join(stateDirectory(edges), 'apply', name);
}

export function scopeOf({ provider, url, instanceHost }: Profile): JournalScope {
  return { provider, url: url.href, instance_host: instanceHost ?? null, kind: KIND };
}

/** Who is signed in, as a hash; null where neither the token nor the stored credential says it. */
export async function principalOf(context: Pick<Context, 'credential' | 'credentials' | 'profile'>): Promise<string | null> {
  const { iss, sub } = readJwtClaims(await (await context.credential()).accessToken()) ?? {};
  const who = sub ?? (await context.credentials.read().catch(() => undefined))?.get((await context.profile()).name)?.user?.sub;
  return who === undefined
    ? null
    : createHash('sha256')
        .update(JSON.stringify([iss ?? null, who]))
        .digest('hex')
        .slice(0, 32);
}
