import { isRecord } from '../../../src/record.ts';
import { type Said, type ScriptedServer, startScriptedServer } from './scripted-server.ts';
import { startSteadyServer } from './steady-server.ts';

/**
 * What becomes of the requests below the first part of the path: they are answered, refused with a status, or lost after they were read; or the
 * handle of an instance is taken, or the server is busy for 3 s.
 */
export const FATES = ['200', 'taken', '400', '401', '403', '404', '409', '422', '500', 'lost'] as const;

export type FateName = (typeof FATES)[number] | 'busy';

export interface PoisonedServer {
  readonly url: (fate: FateName) => string;
  readonly close: () => void;
}

/** Members that are no free text: a client that cannot read them says so, and goes no further. */
const STRUCTURE = /^@type$|_at$|Date$|^state$|^role$|^sequence$/;

/** A steady server, of both providers, each text of which is `poison`: ids, handles, names, domains, addresses, and the words of every error. */
export async function startPoisonedServer(poison: string): Promise<PoisonedServer> {
  const steady = await startSteadyServer({ organization: 'Acme Corp', instances: { 'acme-eu': 'Acme EU', 'acme-us': 'Acme US' } });
  const server = await startScriptedServer(async ({ method, line }) => {
    const [, first = '', rest = ''] = /^\S+ \/([^/]*)(.*)$/.exec(line) ?? [];
    if (first === 'lost' && method !== 'GET') return 'cut';
    if (first === 'taken' && method === 'POST' && rest.endsWith('/instances')) return refusal(409, poison);
    if (first === 'busy') return { ...refusal(503, poison), headers: { 'retry-after': '3' } };
    if (rest === '/api/poisoned-keys') return { status: 200, json: { [poison]: poison, id: poison } };
    if (/^[45]/.test(first)) return refusal(Number(first), poison);
    const answer = await fetch(`${steady.url}${rest}`, { method });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? {} : poisoned(JSON.parse(text), poison) };
  });
  return {
    url: (fate) => `${server.url}/${fate}`,
    close: () => closeAll([server, steady]),
  };
}

function refusal(status: number, poison: string): Said {
  const violations = [{ propertyPath: poison, message: poison, code: poison }];
  // API Platform's document and ZITADEL's in one.
  return { status, json: { title: poison, detail: poison, violations, missingPermissions: [poison], code: 3, message: poison } };
}

function poisoned(value: unknown, poison: string): unknown {
  if (typeof value === 'string') return poison;
  if (Array.isArray(value)) return value.map((element) => poisoned(element, poison));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, STRUCTURE.test(key) ? member : poisoned(member, poison)]));
}

function closeAll(servers: readonly ScriptedServer[]): void {
  for (const server of servers) server.close();
}
