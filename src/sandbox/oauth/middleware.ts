import type { KoaContextWithOIDC } from 'oidc-provider';

/** The provider is a Koa application; `oidc` of its context is set only by the provider's own routes. */
export type Context = KoaContextWithOIDC;

export type Middleware = (context: Context, next: () => Promise<unknown>) => Promise<void>;

/** A response body that is a JSON object; undefined for any other body. */
export function jsonBody(context: Context): Record<string, unknown> | undefined {
  const body: unknown = context.body;
  return isRecord(body) ? body : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
