import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/edges.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/server.ts';

export const clock: Clock = { now: Date.now, sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}) };

export type Json = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as a JSON object, `{}` when it is none. */
  readonly json: Json;
}

export interface Call {
  readonly token?: string | undefined;
  /** Sent as JSON; a text or bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A sandbox in memory with open controls. The caller closes it. */
export function startInMemory(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({ host: '127.0.0.1', port: 0, secret: undefined, data: undefined, autoApprove: true, clock, ...options });
}

/** Sends one request. The content type is set only by the caller, except that a JSON body gets the usual one of its method. */
export async function call(url: string, method: string, path: string, { token, body, headers = {} }: Call = {}): Promise<Reply> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const usual = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || raw ? {} : { 'content-type': usual }),
      ...headers,
    },
    // Bytes, because fetch adds a content type of its own to a text.
    ...(body === undefined ? {} : { body: raw ? Buffer.from(body) : Buffer.from(JSON.stringify(body)) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: asObject(parse(text)) };
}

/** A value as an object, to look into it; `{}` when it is none. */
export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

export function asList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** A handle that no other test uses: letters made from the text. */
export function handleFor(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex').slice(0, 20);
  return [...digits].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
}

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowkiwi-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
