import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createLiveUpdates, type Update } from '../../../src/sandbox/overview/live-updates.ts';
import type { LoggedRequest } from '../../../src/sandbox/requests/request-log.ts';
import { readRequestQuery } from '../../../src/sandbox/requests/request-query.ts';
import { listen } from '../../support/servers/listen.ts';

const LIMIT = 10;

/** A viewer of a source that has had so many requests, and what it was sent. */
async function view(filter = '') {
  let [count, revision] = [0, 0];
  const nothing = () => ({ headers: {}, body: Buffer.alloc(0), length: 0 });
  const messages = { request: nothing, response: nothing };
  const entry = (number: number): LoggedRequest => ({
    ...{ number, at: 0, method: 'GET', target: `/${number % 2 === 0 ? 'even' : 'odd'}`, status: 200, milliseconds: 1 },
    ...messages,
  });
  const updates = createLiveUpdates({
    requestsSince: (number) => Array.from({ length: count - number }, (_, index) => entry(count - index)),
    latest: () => count,
    state: () => ({ revision, counts: { organizations: 0 }, faults: {}, switches: {} }),
  });
  const server = createServer((_, response) => {
    response.writeHead(200);
    updates.connect(response, readRequestQuery(new URLSearchParams(`limit=${LIMIT}${filter}`)));
  });
  onTestFinished(() => {
    updates.close();
    server.close();
  });
  const { origin } = await listen(server);
  const response = await fetch(origin);
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();

  return {
    /** Lets that many requests come, and changes the contents if it is told. Resolves to the update that tells of them. */
    after: async (more: number, changes = false) => {
      count += more;
      if (changes) revision += 1;
      updates.changed();
      return next();
    },
    /** Lets that many requests come of which nothing is told yet. */
    quietly: (more: number) => {
      count += more;
      updates.changed();
    },
    next,
  };

  async function next(): Promise<{ readonly all: boolean; readonly numbers: readonly number[]; readonly told: readonly string[] }> {
    let text = '';
    while (!text.endsWith('\n')) text += (await chunks?.read())?.value ?? '';
    const { all, requests, ...state }: Update = JSON.parse(text);
    return { all, numbers: requests.map(({ number }) => number), told: Object.keys(state) };
  }
}

test('a viewer gets everything at first, then what is new, and all again when it has missed too much', async () => {
  const viewer = await view();
  expect(await viewer.next()).toEqual({ all: true, numbers: [], told: ['revision', 'counts', 'faults', 'switches'] });
  expect(await viewer.after(3)).toEqual({ all: false, numbers: [1, 2, 3], told: [] });
  expect(await viewer.after(1, true)).toEqual({ all: false, numbers: [4], told: ['revision'] });
  expect((await viewer.after(LIMIT)).numbers.length).toBe(LIMIT);
  expect(await viewer.after(LIMIT + 1)).toMatchObject({ all: true, numbers: expect.arrayContaining([25]) });
  expect(await viewer.after(1)).toEqual({ all: false, numbers: [26], told: [] });
});

test('a viewer that wants some of the requests hears of no others', async () => {
  const viewer = await view('&path=/even');
  expect((await viewer.next()).numbers).toEqual([]);
  expect((await viewer.after(4)).numbers).toEqual([2, 4]);
  viewer.quietly(1);
  expect(await viewer.after(1)).toEqual({ all: false, numbers: [6], told: [] });
});
