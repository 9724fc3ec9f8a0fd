import type { MaxFailures } from '../../apply/run/breaker.ts';
import { CliError } from '../../errors.ts';
import { duration, flag, integer, type Option, text, texts } from '../kit/option.ts';

/** As many requests at once help no server. */
const MOST_AT_ONCE = 1_000;

/** The options of a run. */
export const RUN_OPTIONS = {
  concurrency: integer('--concurrency <number>', { min: 1, max: MOST_AT_ONCE }, 'requests at the same time, at most; 16 when absent'),
  rate: rate('--rate <number/s>', 'requests a second, at most, whatever they are'),
  maxDuration: duration('--max-duration <duration>', 'begin nothing new after that long, such as 5h45m; exit 75'),
  maxFailures: maxFailures('--max-failures <number|percent>', 'stop when more rows have failed; 20 in a row when absent'),
  results: text('--results <file>', 'path', 'write each row with its ids: a manifest for the next run'),
  failed: text('--failed <file>', 'path', 'write the rows that are not done: a manifest of their own'),
  journal: text('--journal <dir>', 'path', 'the folder that remembers what was sent; beside FILE when absent'),
  firstRun: flag('--first-run', 'nothing of the manifest is there yet, without a journal'),
  adopt: texts('--adopt <key=id>', 'content', 'the organization of a customer is there; also a file of key,id or of events (repeatable)'),
  assumeAbsent: texts('--assume-absent <key>', 'content', 'the organization of a customer was not made; also a file of keys (repeatable)'),
  status: flag('--status', 'say what the journal knows of the manifest, and who runs it; send nothing'),
  orgName: text('--org-name <name>', 'name', 'in place of FILE: the organization of one customer'),
  instanceName: text('--instance-name <name>', 'name', 'and its instance'),
  handle: text('--handle <handle>', 'handle', 'and the handle of that'),
};

/** `50/s`, or 50. */
function rate(flags: string, summary: string): Option<number | undefined> {
  const option = text(flags, 'setting', summary);
  return {
    ...option,
    read: (raw) => {
      const given = option.read(raw);
      if (given === undefined) return undefined;
      const [, amount, unit] = /^(\d+(?:\.\d+)?)(\/s|\/m)?$/.exec(given.trim()) ?? [];
      const perSecond = Number(amount) / (unit === '/m' ? 60 : 1);
      if (perSecond > 0) return perSecond;
      throw new CliError('usage', `--rate takes a number of requests, not ${JSON.stringify(given)}`, { hint: 'for example --rate 50/s' });
    },
  };
}

/** `20`, or `5%`. */
function maxFailures(flags: string, summary: string): Option<MaxFailures | undefined> {
  const option = text(flags, 'setting', summary);
  return {
    ...option,
    read: (raw) => {
      const given = option.read(raw);
      if (given === undefined) return undefined;
      const [, number, percent] = /^(\d{1,9})(%)?$/.exec(given.trim()) ?? [];
      if (number !== undefined && (percent === undefined || Number(number) <= 100)) {
        return percent === undefined ? { count: Number(number) } : { percent: Number(number) };
      }
      throw new CliError('usage', `--max-failures takes a number or a percentage, not ${JSON.stringify(given)}`, {
        hint: 'for example --max-failures 20 or --max-failures 5%',
      });
    },
  };
}
