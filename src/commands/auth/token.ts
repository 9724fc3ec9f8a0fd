import { assertEnvironmentTokenLasts, environmentCredential } from '../../context/environment-credential.ts';
import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { both } from '../kit/provider.ts';
import { valueResult } from '../kit/result.ts';

export const authToken = defineCommand({
  name: 'token',
  summary: 'print a valid access token, refreshed first when needed',
  examples: ['flowkiwi auth token', 'curl -H "Authorization: Bearer $(flowkiwi auth token)" "$URL/api/organizations/$ORG"'],
  exits: ['auth', 'unavailable', 'interrupted'],
  data: both(() => objectWith({ access_token: 'string' })),
  effect: 'reads',
  org: both('ignored'),
}).run(
  both(async (context) => {
    const { edges } = context;
    const token = await (await context.credential()).accessToken();
    if (environmentCredential(edges.env)) assertEnvironmentTokenLasts(token, edges.clock.now());
    // A refresh ends before the command does, so that the session lasts; a person who stopped it wants no token any more.
    edges.interruption.throwIfAborted();
    return valueResult({ access_token: token }, [token]);
  }),
);
