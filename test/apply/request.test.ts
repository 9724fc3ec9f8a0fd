import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../src/apply/journal/journal.ts';
import { readJournal } from '../../src/apply/journal/read.ts';
import { createPace } from '../../src/apply/run/pace.ts';
import { type Sender, sendChange } from '../../src/apply/run/request.ts';
import { CliError } from '../../src/errors.ts';
import { realClock as clock } from '../support/clocks.ts';
import { SCOPE } from './journals.ts';

/** Two creates of a run that sends one request at a time: the first is under way, the intent of the second is on the disk. */
async function twoCreates() {
  const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-requests-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const journal = await openJournal(folder, { scope: SCOPE, principal: null, version: '1', clock });
  const stopping = new AbortController();
  const stop = (error: CliError) => stopping.abort(error);
  let halted: CliError | undefined;
  const pace = createPace({ concurrency: 1, clock, stopped: stopping.signal, leftMs: () => undefined, giveUp: stop });
  const sender: Sender = {
    ...{ pace, journal, clock, stop, stopped: stopping.signal },
    halted: () => halted,
    onEvent: () => undefined,
  };
  const sent: string[] = [];
  let answer: (() => void) | undefined;
  const create = (key: string) =>
    sendChange(
      sender,
      { of: 'organization', key, name: key },
      {
        send: async ({ onSending }) => {
          onSending?.();
          sent.push(key);
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          return key;
        },
      },
    );
  const [first, second] = [create('one'), create('two')];
  second.catch(() => undefined);
  await expect.poll(() => sent).toEqual(['one']);
  await journal.durable();
  const intents = () => readJournal(folder, { scope: SCOPE, system: 'another' }).history.known({ reliesOnKeys: false });
  expect(intents().of('two')).toEqual({ organization: 'unknown', instances: new Map() });
  return {
    stop,
    halt: (error: CliError) => {
      halted = error;
    },
    end: async () => {
      answer?.();
      await first;
      const { status, reason } = await second.then(
        () => ({ status: 'sent', reason: undefined }),
        (thrown: unknown) => ({ status: 'not sent', reason: thrown }),
      );
      await journal.durable();
      const known = intents().of('two');
      await journal.close();
      return { sent, status, reason, known };
    },
  };
}

const why = new CliError('conflict', 'no more');

test.each(['stop', 'halt'] as const)('what is ready when a run is told to %s is not sent, and no journal calls it unknown', async (how) => {
  const creates = await twoCreates();
  creates[how](why);
  expect(await creates.end()).toEqual({ sent: ['one'], status: 'not sent', reason: why, known: undefined });
});
