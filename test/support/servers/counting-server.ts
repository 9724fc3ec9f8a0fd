import { passThrough } from './pass-through.ts';

/** A sandbox behind a server that watches what happens to refresh tokens. */
export interface CountingServer {
  readonly url: string;
  /** Refreshes that the server answered with new tokens. */
  readonly refreshes: () => number;
  /** Refresh tokens that came a second time after they were exchanged: what makes the server revoke the whole family. */
  readonly reuses: () => number;
  /** Refreshes that the server refused. */
  readonly refusals: () => number;
  readonly close: () => void;
}

/** Watches the token endpoint of the sandbox at `target`. */
export async function countingServer(target: string): Promise<CountingServer> {
  const spent = new Set<string>();
  const counts = { refreshes: 0, reuses: 0, refusals: 0 };
  const sent: string[] = [];
  const server = await passThrough(target, {
    before: async (path, form) => {
      const token = form.get('refresh_token');
      if (!path.endsWith('/token') || form.get('grant_type') !== 'refresh_token' || token === null) return;
      if (spent.has(token)) counts.reuses += 1;
      sent.push(token);
    },
    answer: (path, status, fields) => {
      const token = path.endsWith('/token') ? sent.shift() : undefined;
      if (token === undefined) return fields;
      if (status === 200) {
        spent.add(token);
        counts.refreshes += 1;
      } else {
        counts.refusals += 1;
      }
      return fields;
    },
  });
  return {
    url: server.url,
    refreshes: () => counts.refreshes,
    reuses: () => counts.reuses,
    refusals: () => counts.refusals,
    close: server.close,
  };
}
