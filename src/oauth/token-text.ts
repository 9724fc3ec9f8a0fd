/** What stands where a token should, in words that go on after what it is, and what helps. */
export interface TokenProblem {
  readonly problem: string;
  readonly hint: string;
}

const COPY_AGAIN = 'copy the token again, whole, and nothing else';

/** The usual places and names of files with a token in them; no token looks like that. */
const PATH =
  /^(?:~|\.{1,2}|[A-Za-z]:)[\\/]|^\/(?:run|etc|home|tmp|var|mnt|opt|root|Users|secrets?)\/|^[\w./\\-]+\.(?:txt|json|jwt|token|pem)$/;

/**
 * What is wrong with a text that should be a token; undefined when it can be one: visible ASCII (RFC 6750 section 2.1, and a little more that
 * servers give), but for the signs of JSON, of quoting and of lists. Never quotes the text, but for the name of a variable. Pure.
 */
export function tokenTextProblem(text: string): TokenProblem | undefined {
  if (text === '') return { problem: 'is empty', hint: COPY_AGAIN };
  if (/[\r\n]/.test(text)) return { problem: 'has more than one line', hint: COPY_AGAIN };
  const [, variable] = /^(?:\$\{?|\$env:|%)([A-Za-z_]\w*)[}%]?$/.exec(text) ?? [];
  if (variable !== undefined)
    return { problem: `holds the name ${variable}, not what that variable holds`, hint: 'single quotes keep a shell from looking it up' };
  if (PATH.test(text)) return { problem: 'holds the path of a file, not what is in it', hint: 'give what is in the file' };
  if (/^[{[]/.test(text)) return { problem: 'holds JSON: the token is one member of it', hint: 'give the value of access_token alone' };
  if (/["']/.test(text)) return { problem: 'has a quote in it, which no token has', hint: COPY_AGAIN };
  if (/^[!#-&(-+\--[\]-z|~]+$/.test(text)) return undefined;
  return { problem: 'has characters that no token has', hint: COPY_AGAIN };
}
