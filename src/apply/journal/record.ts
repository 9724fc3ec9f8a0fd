/** What a request is to make or change. */
export type Subject =
  | { readonly of: 'organization'; readonly key: string; readonly name: string }
  | { readonly of: 'instance'; readonly key: string; readonly organization: string; readonly handle: string; readonly name: string }
  | { readonly of: 'rename'; readonly key: string; readonly organization: string; readonly name: string }
  | { readonly of: 'delete'; readonly key: string; readonly organization: string };

/** A request that is about to leave. It is on the disk before. */
export type Intent = Subject & {
  readonly type: 'intent';
  /** Counts from 1 in its file. */
  readonly n: number;
  /** What the request says in `Idempotency-Key`, of a create. */
  readonly idempotency_key?: string;
};

/** What a journal says, in a line each, after its header. `n` names the intent that it ends. */
export type JournalRecord =
  | Intent
  /** The request of the intent was handed to the connection right after this. It need not be on the disk: see `History`. */
  | { readonly type: 'sent'; readonly n: number }
  /** The server said that it did nothing; `passing` when it is to be asked again. */
  | { readonly type: 'refused'; readonly n: number; readonly code: string; readonly passing: boolean }
  /** An organization is there: made, renamed, taken from the manifest or adopted by hand. Without a name where nobody has read it. */
  | { readonly type: 'organization'; readonly key: string; readonly id: string; readonly name?: string; readonly n?: number }
  | {
      readonly type: 'instance';
      readonly key: string;
      readonly organization: string;
      readonly handle: string;
      readonly id: string;
      readonly n?: number;
    }
  /** The organization of this customer is not there: deleted again, or somebody says that it was never made. */
  | { readonly type: 'absent'; readonly key: string; readonly why: 'deleted' | 'assumed'; readonly n?: number }
  /** The customer has another key from now on. */
  | { readonly type: 'rekeyed'; readonly key: string; readonly to: string };

/** What a journal belongs to: another one of these, and its ids mean nothing. */
export interface JournalScope {
  readonly provider: string;
  /** Of the API. */
  readonly url: string;
  /** The host that the instance of ZITADEL is named by; null where it is not named. */
  readonly instance_host: string | null;
  /** Of the manifest. */
  readonly kind: string;
}

/** The first line of each file of a journal. */
export interface JournalHeader extends JournalScope {
  readonly type: 'journal';
  readonly format: number;
  /** Of the whole journal, in all of its files. Idempotency keys are made from it. */
  readonly id: string;
  readonly epoch: number;
  /** Hash of who was signed in; null where that is not known. */
  readonly principal: string | null;
  /** Hash of the system that wrote the file, up to its next start: another process there sees all that was written, also what is not on the disk. */
  readonly system: string;
  readonly version: string;
  readonly started_at: string;
}

/** Of the files that this program writes. */
export const JOURNAL_FORMAT = 1;

type Json = Readonly<Record<string, unknown>>;

/** Reads a header; undefined for a line that is none. Pure. */
export function readHeader(json: Json): JournalHeader | undefined {
  const { type, format, epoch } = json;
  const { id, provider, url, kind, system, version, started_at } = texts(json);
  if (type !== 'journal' || typeof format !== 'number' || typeof epoch !== 'number') return undefined;
  if (id === undefined || !provider || url === undefined || kind === undefined || system === undefined) return undefined;
  const { instance_host = null, principal = null } = texts(json);
  return {
    ...{ type, format, epoch, id, provider, url, kind, system, instance_host, principal },
    ...{ version: version ?? '', started_at: started_at ?? '' },
  };
}

/** Reads a record; undefined for one that this version does not know. Pure. */
export function readRecord(json: Json): JournalRecord | undefined {
  const { type, n, passing } = json;
  const { key, id, name, organization, handle, why, to, code, idempotency_key } = texts(json);
  const number = typeof n === 'number' ? { n } : {};
  switch (type) {
    case 'intent': {
      const subject = readSubject(texts(json));
      if (subject === undefined || typeof n !== 'number') return undefined;
      return { type, n, ...subject, ...(idempotency_key !== undefined && { idempotency_key }) };
    }
    case 'sent':
      return typeof n === 'number' ? { type, n } : undefined;
    case 'refused':
      return typeof n === 'number' ? { type, n, code: code ?? '', passing: passing === true } : undefined;
    case 'organization':
      return key !== undefined && id !== undefined ? { type, key, id, ...(name !== undefined && { name }), ...number } : undefined;
    case 'instance':
      if (key === undefined || organization === undefined || handle === undefined || id === undefined) return undefined;
      return { type, key, organization, handle, id, ...number };
    case 'absent':
      return key !== undefined && (why === 'deleted' || why === 'assumed') ? { type, key, why, ...number } : undefined;
    case 'rekeyed':
      return key !== undefined && to !== undefined ? { type, key, to } : undefined;
    default:
      return undefined;
  }
}

function readSubject({ of, key, name, organization, handle }: Texts): Subject | undefined {
  if (key === undefined) return undefined;
  if (of === 'organization' && name !== undefined) return { of, key, name };
  if (organization === undefined) return undefined;
  if (of === 'instance' && handle !== undefined && name !== undefined) return { of, key, organization, handle, name };
  if (of === 'rename' && name !== undefined) return { of, key, organization, name };
  return of === 'delete' ? { of, key, organization } : undefined;
}

type Texts = Readonly<Partial<Record<string, string>>>;

/** The members that are texts. */
function texts(json: Json): Texts {
  return Object.fromEntries(Object.entries(json).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
