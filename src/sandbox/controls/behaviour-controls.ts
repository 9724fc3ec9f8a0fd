import type { Document } from '../flowkiwi/request-body.ts';
import { describeSwitches } from '../switches.ts';
import { number, textList } from './body-values.ts';
import type { Control, ControlsOptions, Result } from './control.ts';

const FAULTS = /^\/_sandbox\/faults$/;
const SWITCHES = /^\/_sandbox\/switches$/;

/** How the sandbox fails, and how it answers what the documentation leaves open. */
export const behaviourControls: readonly Control[] = [
  { method: 'GET', path: FAULTS, run: showFaults },
  { method: 'POST', path: FAULTS, attributes: ['rules', 'add', 'remove', 'latency', 'rate', 'seed'], run: changeFaults },
  { method: 'GET', path: SWITCHES, run: showSwitches },
  {
    method: 'POST',
    path: SWITCHES,
    attributes: ['switches'],
    run: (options, _, body) => {
      options.switches.change(textList(body, 'switches') ?? []);
      return showSwitches(options);
    },
  },
  { method: 'GET', path: /^\/_sandbox\/switches\/choices$/, run: () => ({ status: 200, document: { switches: describeSwitches() } }) },
];

function changeFaults(options: ControlsOptions, _: string, body: Document): Result {
  options.faults.change({
    rules: textList(body, 'rules'),
    remove: textList(body, 'remove'),
    add: textList(body, 'add'),
    latencyMs: number(body, 'latency'),
    requestsPerSecond: number(body, 'rate'),
    seed: number(body, 'seed'),
  });
  return showFaults(options);
}

function showFaults({ faults }: ControlsOptions): Result {
  return { status: 200, document: faults.describe() };
}

function showSwitches({ switches }: ControlsOptions): Result {
  return { status: 200, document: switches.current() };
}
