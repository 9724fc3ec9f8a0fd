import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createLiveUpdates } from '../../../src/sandbox/overview/live-updates.ts';
import { MOST_SHOWN } from '../../../src/sandbox/overview/overview-script.ts';
import type { LoggedRequest } from '../../../src/sandbox/requests/request-log.ts';
import { listen } from '../../support/servers/listen.ts';

/** A viewer of a source that has had so many requests, and what it was sent. */
async function view() {
  let count = 0;
  const nothing = () => ({ headers: {}, body: Buffer.alloc(0), length: 0 });
  const messages = { request: nothing, response: nothing };
  const entry = (number: number): LoggedRequest => ({
    ...{ number, at: 0, method: 'GET', target: `/${number}`, status: 200, milliseconds: 1 },
    ...messages,
  });
  const requestsSince = (number: number) =>
    Array.from({ length: Math.min(count - number, MOST_SHOWN) }, (_, index) => entry(count - index));
  const updates = createLiveUpdates({ trees: () => [], requestsSince });
  const server = createServer((_, response) => {
    response.writeHead(200);
    updates.connect(response);
  });
  onTestFinished(() => {
    updates.close();
    server.close();
  });
  const { origin } = await listen(server);
  const response = await fetch(origin);
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();

  return {
    /** Lets that many requests come, and resolves to the update that tells of them. */
    after: async (more: number) => {
      count += more;
      updates.changed();
      return next();
    },
    next,
  };

  async function next(): Promise<{ readonly all: boolean; readonly rows: number; readonly tree: boolean }> {
    let text = '';
    while (!text.endsWith('\n')) text += (await chunks?.read())?.value ?? '';
    const update: { all: boolean; rows: string; tree?: string } = JSON.parse(text);
    return { all: update.all, rows: update.rows.split('<tr').length - 1, tree: update.tree !== undefined };
  }
}

test('a viewer gets everything at first, then what is new, and all again when it has missed too much', async () => {
  const viewer = await view();
  expect(await viewer.next()).toEqual({ all: true, rows: 0, tree: true });
  expect(await viewer.after(3)).toEqual({ all: false, rows: 3, tree: false });
  expect(await viewer.after(MOST_SHOWN - 1)).toEqual({ all: false, rows: MOST_SHOWN - 1, tree: false });
  expect(await viewer.after(MOST_SHOWN)).toEqual({ all: true, rows: MOST_SHOWN, tree: false });
  expect(await viewer.after(5 * MOST_SHOWN)).toEqual({ all: true, rows: MOST_SHOWN, tree: false });
  expect(await viewer.after(1)).toEqual({ all: false, rows: 1, tree: false });
});
