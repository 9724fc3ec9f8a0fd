import { CliError } from '../../errors.ts';
import { isSecretArgument } from '../kit/input-files.ts';

/** What a request says by itself: to say it twice is an error (RFC 6749 section 3.2), to say it otherwise would be another request. */
const OWN: ReadonlySet<string> = new Set([
  ...['grant_type', 'assertion', 'client_id', 'client_assertion', 'client_assertion_type', 'subject_token', 'code', 'code_verifier'],
]);

/**
 * The parameters that `name=value` texts of an option give, the last of a name. Throws `usage` for a text that is not one, for a secret, which
 * others could read in the command line, and for what the request says by itself. Pure.
 */
export function requestParameters(texts: readonly string[], flag: string): Readonly<Record<string, string>> | undefined {
  if (texts.length === 0) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value = ''] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) {
        throw new CliError('usage', `${flag} takes name=value`, { hint: `for example ${flag} connector_id=github` });
      }
      if (OWN.has(name)) throw new CliError('usage', `${flag}: ${name} is set by flowkiwi itself`, { hint: 'leave it out' });
      if (isSecretArgument(name)) {
        throw new CliError('usage', `${flag}: ${name} is a secret, which others on this machine could read in the command line`, {
          hint: 'leave it out',
        });
      }
      return [name, value];
    }),
  );
}
