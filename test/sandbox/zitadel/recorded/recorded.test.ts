import { expect, test } from 'vitest';
import { acceptedFor } from './accepted-differences.ts';
import { readExchanges, type Version } from './exchange.ts';
import { replay } from './replay.ts';

const PATIENCE_MS = 240_000;

test.each<Version>(['4.0', '2.70'])(
  'the stand-in answers what the real server of version %s did',
  async (version) => {
    const differences = await replay(readExchanges(), version);
    const accepted = acceptedFor(version);
    const isAccepted = (exchange: string, field: string) =>
      accepted.some((one) => one.exchange === exchange && (one.field === field || one.field === 'status'));
    expect(differences.filter(({ exchange, field }) => !isAccepted(exchange, field))).toEqual([]);
    // What has come to be answered as recorded leaves the list.
    const isStillThere = (one: (typeof accepted)[number]) =>
      differences.some(({ exchange, field }) => exchange === one.exchange && field === one.field);
    expect(accepted.filter((one) => !isStillThere(one))).toEqual([]);
  },
  PATIENCE_MS,
);
