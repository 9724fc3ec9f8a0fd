import { createContext } from './context/context.ts';
import { tidyEnvironment } from './context/environment-variables.ts';
import { UNATTENDED_OPTIONS } from './context/global-options.ts';
import type { RenewalRequest } from './context/renewal-in-child.ts';
import { decodedText } from './decoded-text.ts';
import type { Edges } from './edges.ts';
import { CliError, EXIT_STATUS, isCliError } from './errors.ts';
import { internalError } from './http/redact-by-name.ts';
import { machineFault } from './machine-fault.ts';
import { isRecord, parseJson } from './record.ts';

/** A request is a few tokens long. */
const REQUEST_LIMIT_BYTES = 1024 * 1024;

/**
 * The other side: carries out the request on standard input and prints how it ended. No signal that asks it to end
 * stops it before it is done. Never throws; resolves to the exit status.
 */
export async function renewForAnother(edges: Edges, version: string): Promise<number> {
  edges.holdSignals(() => undefined);
  try {
    const request = readRequest(parseJson(decodedText(await edges.stdin.readAll(REQUEST_LIMIT_BYTES), 'standard input')));
    const { env } = tidyEnvironment({ ...edges.env, FLOWKIWI_CLIENT_SECRET: request.clientSecret });
    const options = { ...UNATTENDED_OPTIONS, profile: request.profile, debug: request.debug };
    const context = createContext({ edges: { ...edges, env, renewInChild: undefined }, options, version, effect: 'reads' });
    for (const secret of request.secrets) context.holdSecret(secret);
    const credential = await context.credential();
    await (request.refused === undefined ? credential.accessToken() : credential.renew(request.refused));
    await edges.stdout.write(JSON.stringify({ renewed: true }));
    return 0;
  } catch (thrown) {
    const { code, message, detail, hint, status, retryAfter } = isCliError(thrown)
      ? thrown
      : (machineFault(thrown) ?? internalError(thrown));
    await edges.stdout.write(JSON.stringify({ error: { code, message, detail, hint, status, retryAfter } }));
    return EXIT_STATUS[code];
  }
}

function readRequest(request: unknown): RenewalRequest {
  if (!isRecord(request) || typeof request['profile'] !== 'string') throw new CliError('usage', 'there is nothing to renew');
  const { profile, refused, clientSecret, secrets, debug } = request;
  return {
    profile,
    refused: typeof refused === 'string' ? refused : undefined,
    clientSecret: typeof clientSecret === 'string' ? clientSecret : undefined,
    secrets: Array.isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [],
    debug: debug === true,
  };
}
