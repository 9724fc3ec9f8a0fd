import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createLiveUpdates } from '../../../src/sandbox/overview/live-updates.ts';
import { LOG_SIZE, type LoggedRequest } from '../../../src/sandbox/overview/request-log.ts';
import { listen } from '../../support/servers/listen.ts';

/** A viewer of a source that has had so many requests, and what it was sent. */
async function view() {
  let count = 0;
  const entry = (number: number): LoggedRequest => ({ number, at: 0, method: 'GET', target: `/${number}`, status: 200, milliseconds: 1 });
  const requestsSince = (number: number) => Array.from({ length: Math.min(count - number, LOG_SIZE) }, (_, index) => entry(count - index));
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
  expect(await viewer.after(LOG_SIZE - 1)).toEqual({ all: false, rows: LOG_SIZE - 1, tree: false });
  expect(await viewer.after(LOG_SIZE)).toEqual({ all: true, rows: LOG_SIZE, tree: false });
  expect(await viewer.after(5 * LOG_SIZE)).toEqual({ all: true, rows: LOG_SIZE, tree: false });
  expect(await viewer.after(1)).toEqual({ all: false, rows: 1, tree: false });
});
