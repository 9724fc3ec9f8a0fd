// Fault rules, latency and rate: what is set, and what can be.
import { button, byId, make, showList } from './elements.js';
import { counted } from './formats.js';
import { announce } from './notices.js';
import { ask } from './sandbox.js';

/** @typedef {import('./types.d.ts').Faults} Faults */

/** Shows the forms. Answers what shows the faults that are set. */
export function showFaults() {
  const field = (/** @type {string} */ name) => byId(`fault-${name}`, HTMLInputElement);
  const [path, effect, chance, times, latency, rate] = ['path', 'effect', 'chance', 'times', 'latency', 'rate'].map(field);
  const [form, settings, method] = [byId('fault-form'), byId('fault-settings'), byId('fault-method', HTMLSelectElement)];

  function rule() {
    const [where, what] = [path?.value.trim() ?? '', effect?.value.trim() ?? ''];
    const [percent, count] = [chance?.value.trim().replace(/%$/, '') ?? '', times?.value.trim() ?? ''];
    return `${method.value} ${where}=${what}${percent === '' ? '' : `@${percent}%`}${count === '' ? '' : `x${count}`}`.trim();
  }

  const preview = () => {
    byId('fault-rule').textContent = rule();
  };
  form.addEventListener('input', preview);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (await isSet({ add: [rule()] }, 'fault-error')) announce(`Added the rule ${rule()}`);
  });
  settings.addEventListener('submit', async (event) => {
    event.preventDefault();
    // What is no number becomes NaN, which JSON writes as null: the sandbox says what it needs.
    const numbers = { latency: Number(latency?.value), rate: Number(rate?.value) };
    if (await isSet(numbers, 'fault-settings-error')) announce('Set latency and rate');
  });
  preview();

  return (/** @type {Faults} */ faults) => {
    // The same rule may be there twice.
    const seen = new Map();
    const rules = faults.rules.map((each) => {
      seen.set(each.rule, (seen.get(each.rule) ?? 0) + 1);
      return { ...each, key: `${seen.get(each.rule)} ${each.remaining} ${each.rule}` };
    });
    showList(
      byId('fault-rules'),
      rules,
      ({ key }) => key,
      (each, known) => known ?? ruleElement(each),
    );
    byId('no-faults').hidden = rules.length > 0;
    if (latency && !settings.contains(document.activeElement)) latency.value = String(faults.latency);
    if (rate && !settings.contains(document.activeElement)) rate.value = String(faults.rate);
  };
}

/** @param {Faults['rules'][number]} rule */
function ruleElement({ rule, remaining }) {
  const left = remaining === null ? 'always' : remaining === 0 ? 'used up' : `${counted(remaining, 'request')} left`;
  const take = async () => {
    if (!(await isSet({ remove: [rule] }, 'fault-error'))) return;
    byId('faults-heading').focus();
    announce(`Removed the rule ${rule}`);
  };
  return make(
    'li',
    { className: remaining === 0 ? 'used' : '' },
    make('code', {}, rule),
    make('span', { className: 'quiet' }, left),
    button('Remove', take, { 'aria-label': `Remove the rule ${rule}` }),
  );
}

/**
 * Whether it could be set; what is wrong with it is said in the element of that id.
 * @param {object} change
 * @param {string} errorId
 */
async function isSet(change, errorId) {
  const error = byId(errorId);
  error.textContent = '';
  try {
    await ask('POST', 'faults', change);
    return true;
  } catch (refusal) {
    error.textContent = refusal instanceof Error ? refusal.message : String(refusal);
    return false;
  }
}
