import { CliError } from '../../errors.ts';
import { isSecretArgument } from '../kit/input-files.ts';

/** Headers that make the connection, or the address, something else than it is. */
const OWN: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'keep-alive',
  'proxy-connection',
]);

/** Headers from `Name: value`, names in lower case; the last of a name counts. Throws `usage`, also for a secret: the argument list is not a place for one. */
export function readHeaders(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(readHeader));
}

function readHeader(text: string): readonly [string, string] {
  const [, given = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\xa0-\xff]*)$/.exec(text) ?? [];
  const name = given.toLowerCase();
  if (isSecretArgument(name)) {
    throw new CliError('usage', `--header ${name} holds a secret, which others on this machine could read`, {
      hint: 'the credential is added by itself; another access token goes into FLOWKIWI_TOKEN',
    });
  }
  if (name === '') {
    // Not repeated: it may hold a secret.
    throw new CliError('usage', '--header takes "Name: value"', { hint: "for example -H 'Accept: application/json'" });
  }
  if (OWN.has(name)) throw new CliError('usage', `--header cannot set ${name}`, { hint: 'flowkiwi sets it for the connection' });
  return [name, value.trim()];
}
