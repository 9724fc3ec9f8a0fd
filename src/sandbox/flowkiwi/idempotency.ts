import { createHash } from 'node:crypto';
import { isRecord, parseJson } from '../../record.ts';
import type { Database } from '../database.ts';
import { ApiError } from './api-error.ts';

/** An answer that is kept, to be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A create that names itself (draft-ietf-httpapi-idempotency-key-header section 2). */
export interface KeyedRequest {
  readonly account: string;
  /** The value of `Idempotency-Key`. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
}

/**
 * Carries a create out once, however often it comes: what it answered with is kept beside what it made, and given again. Throws 422 for a
 * key that was used for something else, and what `perform` throws, of which nothing is kept.
 */
export function performOnce(database: Database, request: KeyedRequest, perform: () => KeptAnswer): KeptAnswer {
  const { account, key } = request;
  const fingerprint = createHash('sha256').update(`${request.method} ${request.url}\n`).update(request.body).digest('hex');
  const kept = database.get('SELECT request, answer FROM idempotency_key WHERE account_id = ? AND key = ?', [account, key]);
  if (kept !== undefined) {
    const answer = readAnswer(String(kept['answer']));
    if (kept['request'] === fingerprint && answer !== undefined) return answer;
    throw new ApiError(422, 'This Idempotency-Key was used for another request.');
  }
  return database.transaction(() => {
    const answer = perform();
    database.run('INSERT INTO idempotency_key (account_id, key, request, answer) VALUES (?, ?, ?, ?)', [
      ...[account, key, fingerprint, JSON.stringify(answer)],
    ]);
    return answer;
  });
}

function readAnswer(text: string): KeptAnswer | undefined {
  const json = parseJson(text);
  if (!isRecord(json) || typeof json['status'] !== 'number' || typeof json['body'] !== 'string' || !isRecord(json['headers']))
    return undefined;
  const headers = Object.entries(json['headers']).map(([name, value]) => [name, String(value)]);
  return { status: json['status'], headers: Object.fromEntries(headers), body: json['body'] };
}
