import { processSignals } from '../../src/edges/signals.ts';
import { realClock } from '../support/clocks.ts';

// Says what it hears of signals while it drains, and ends the stretch when it is told to: `never`, `at once`, or when it has `begun`.
const [grace = '', ending = ''] = process.argv.slice(2);
const { interruption, drainOnSignal } = processSignals(realClock);
const drain = drainOnSignal(Number(grace));

const say = (what: string, { reason }: AbortSignal) => process.stdout.write(`${what}: ${reason.code}\n`);
interruption.addEventListener('abort', () => {
  say('interruption', interruption);
  process.exitCode = interruption.reason.exitStatus;
  clearInterval(running);
});
drain.signal.addEventListener('abort', () => {
  say('drain', drain.signal);
  if (ending === 'begun') drain.end();
});
if (ending === 'at once') drain.end();
const running = setInterval(() => undefined, 1_000);
process.stdout.write('ready\n');
