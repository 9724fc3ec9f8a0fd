import { parseArgs } from 'node:util';

/** The server that the verbs are tried at, and who may do everything there. */
export interface LiveServer {
  readonly url: string;
  /** File with a personal access token of a user or machine that has the role IAM_OWNER. */
  readonly patFile: string;
  /** Whose key creates instances; undefined: what needs one is left out. */
  readonly systemUser: { readonly name: string; readonly keyFile: string; readonly audience: string | undefined } | undefined;
  /** Host of the instance, where the URL has another one. */
  readonly instanceHost: string | undefined;
}

export const USAGE = `npm run test:live -- --url URL --pat-file FILE [--system-user NAME --system-key FILE]
    [--system-audience URL] [--instance-host HOST]
npm run test:live -- --sandbox`;

/** What the command line says; `sandbox` is the stand-in on this machine, in each version. Throws an error whose message says what is wrong. */
export function readOptions(args: readonly string[]): LiveServer | 'sandbox' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: text,
      'pat-file': text,
      'system-user': text,
      'system-key': text,
      'system-audience': text,
      'instance-host': text,
      sandbox: { type: 'boolean' },
    },
  });
  if (values.sandbox) return 'sandbox';
  const { url, 'pat-file': patFile, 'system-user': name, 'system-key': keyFile } = values;
  if (url === undefined || patFile === undefined) throw new Error('--url and --pat-file are needed, or --sandbox');
  if ((name === undefined) !== (keyFile === undefined)) throw new Error('--system-user and --system-key need each other');
  const audience = values['system-audience'];
  const systemUser = name === undefined || keyFile === undefined ? undefined : { name, keyFile, audience };
  return { url, patFile, systemUser, instanceHost: values['instance-host'] };
}
