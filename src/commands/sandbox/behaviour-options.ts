import type { SandboxOptions } from '../../sandbox/server.ts';
import type { OptionValues } from '../kit/command.ts';
import { integer, texts } from '../kit/option.ts';

const GROUP = 'Behaviour:';

/** How a sandbox misbehaves, and how it answers what the documentation leaves open: the same for every command that starts one. */
export const behaviourOptions = {
  latency: { ...integer('--latency <ms>', { min: 0, max: 600_000 }, 'hold every answer back that long'), group: GROUP },
  rate: {
    ...integer('--rate <n>', { min: 1, max: 600_000 }, "take that many requests to Flowkiwi's API a second, answer 429 beyond"),
    group: GROUP,
  },
  fault: { ...texts('--fault <rule>', "fail on purpose, as in 'POST /api/organizations=503x2' (repeatable)"), group: GROUP },
  lag: { ...integer('--lag <ms>', { min: 0, max: 600_000 }, 'let reads at ZITADEL that lag behind writes lag that long'), group: GROUP },
  switch: { ...texts('--switch <name=value>', 'answer differently, as in duplicateHandle=409 (repeatable)'), group: GROUP },
};

/** What the options say, for `startSandbox`. */
export function behaviourOf({
  latency,
  rate,
  fault,
  lag,
  switch: switches,
}: OptionValues<typeof behaviourOptions>): Pick<SandboxOptions, 'faults' | 'switches'> {
  return {
    faults: { rules: fault, latencyMs: latency, requestsPerSecond: rate },
    switches: lag === undefined ? switches : [...switches, `lag=${lag}`],
  };
}
