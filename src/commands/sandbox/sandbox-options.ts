import { join } from 'node:path';
import type { Context } from '../../context/context.ts';
import type { Edges } from '../../edges.ts';
import { stateDirectory } from '../../files/locations.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import type { StoreFailure } from '../../sandbox/store-failure.ts';
import type { OptionValues } from '../kit/command.ts';
import { flag, integer, texts } from '../kit/option.ts';

const GROUP = 'Behaviour:';

/** For those who need it open. */
export const openControls = flag('--open-controls', 'let everybody who reaches it use its page and its controls, without its secret');

/** How a sandbox misbehaves, and how it answers what the documentation leaves open: the same for every command that starts one. */
export const behaviourOptions = {
  latency: { ...integer('--latency <ms>', { min: 0, max: 600_000 }, 'hold every answer back that long'), group: GROUP },
  rate: {
    ...integer('--rate <n>', { min: 1, max: 600_000 }, "take that many requests to Flowkiwi's API a second, answer 429 beyond"),
    group: GROUP,
  },
  fault: { ...texts('--fault <rule>', 'setting', "fail on purpose, as in 'POST /api/organizations=503x2' (repeatable)"), group: GROUP },
  faultSeed: {
    ...integer('--fault-seed <n>', { min: 0, max: 4_294_967_295 }, 'let chance in fault rules decide the same each time'),
    group: GROUP,
  },
  lag: { ...integer('--lag <ms>', { min: 0, max: 600_000 }, 'let reads at ZITADEL that lag behind writes lag that long'), group: GROUP },
  switch: { ...texts('--switch <name=value>', 'setting', 'answer differently, as in duplicateHandle=409 (repeatable)'), group: GROUP },
};

/** What the options say, for `startSandbox`. */
export function behaviourOf({
  latency,
  rate,
  fault,
  faultSeed,
  lag,
  switch: switches,
}: OptionValues<typeof behaviourOptions>): Pick<SandboxOptions, 'faults' | 'switches'> {
  return {
    faults: { rules: fault, latencyMs: latency, requestsPerSecond: rate, seed: faultSeed },
    switches: lag === undefined ? switches : [...switches, `lag=${lag}`],
  };
}

/** Tells of a failure inside the sandbox, which its client sees only as a server error: one line on stderr, without secrets. */
export function reportFailureTo({ messages }: Pick<Context, 'messages'>): (error: unknown) => void {
  return (error) => {
    void import('../../http/redact-by-name.ts').then(({ redactText }) => {
      const text = redactText(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
      return messages.warning(`the sandbox failed to answer a request: ${text}`);
    });
  };
}

/** Tells of trouble with the disk or the data file, in one line, also where stderr is for scripts. */
export function reportStoreFailureTo({ messages }: Pick<Context, 'messages'>): (failure: StoreFailure) => void {
  return ({ message, hint }) => void messages.alert(`${message}; requests are answered with 503 now: ${hint}`);
}

/** Where `sandbox start` keeps its data when it is not told. */
export function defaultDataFile(edges: Pick<Edges, 'env' | 'platform' | 'homeDirectory'>): string {
  return join(stateDirectory(edges), 'sandbox.db');
}
