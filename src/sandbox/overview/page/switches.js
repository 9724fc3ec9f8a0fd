// The switches: each with what it is about and what it can be.
import { byId, make, showList } from './elements.js';
import { announce } from './notices.js';
import { ask } from './sandbox.js';

/** @typedef {import('./types.d.ts').SwitchChoice} SwitchChoice */
/** @typedef {import('./types.d.ts').SwitchValues} SwitchValues */

/** Answers what shows the switches as they are set. */
export function showSwitches() {
  /** @type {readonly SwitchChoice[]} */
  let choices = [];
  /** @type {SwitchValues} */
  let values = {};
  const usual = byId('switches-usual', HTMLButtonElement);

  /**
   * Sets one switch, and leaves the others as they are now.
   * @param {string} name
   * @param {string} value
   */
  async function change(name, value) {
    const now = /** @type {SwitchValues} */ (await ask('GET', 'switches'));
    const wanted = choices.map((choice) => ({ ...choice, text: choice.name === name ? value : String(now[choice.name]) }));
    const switches = wanted.filter(({ usual: initial, text }) => text !== String(initial)).map((each) => `${each.name}=${each.text}`);
    await set(switches, `${name} is ${value}`);
  }

  /**
   * Sets these switches; those that are left out are as usual again.
   * @param {readonly string[]} switches
   * @param {string} said when it is done
   */
  async function set(switches, said) {
    values = /** @type {SwitchValues} */ (await ask('POST', 'switches', { switches }));
    announce(said);
  }

  /** @param {Promise<void>} changing */
  async function attempt(changing) {
    byId('switches-error').textContent = '';
    try {
      await changing;
    } catch (error) {
      byId('switches-error').textContent = error instanceof Error ? error.message : String(error);
    }
    show();
  }

  function show() {
    showList(
      byId('switches'),
      choices,
      ({ name }) => name,
      (choice, known) => switchElement(choice, values[choice.name], known, (name, value) => attempt(change(name, value))),
    );
    usual.hidden = choices.every(({ name, usual: value }) => values[name] === value);
  }

  usual.addEventListener('click', () => {
    byId('switches-heading').focus();
    void attempt(set([], 'All switches are as usual'));
  });

  return async (/** @type {SwitchValues} */ now) => {
    values = now;
    if (choices.length === 0) {
      // Without an answer it is asked again with the next update.
      const answer = await ask('GET', 'switches/choices').catch(() => ({ switches: [] }));
      choices = /** @type {{ switches: readonly SwitchChoice[] }} */ (answer).switches;
    }
    show();
  };
}

/**
 * @param {SwitchChoice} choice
 * @param {string | number | undefined} value
 * @param {HTMLElement | undefined} known
 * @param {(name: string, value: string) => Promise<void>} change
 */
function switchElement({ name, about, usual, values }, value, known, change) {
  const text = String(value ?? usual);
  const element =
    known ??
    make(
      'div',
      { className: 'switch' },
      make('label', { for: `switch-${name}` }, name),
      control(),
      make('p', { className: 'quiet', id: `about-${name}` }, `${about} Usually ${usual}.`),
    );
  const input = element.querySelector('select, input');
  if ((input instanceof HTMLSelectElement || input instanceof HTMLInputElement) && input !== document.activeElement) input.value = text;
  else if (input instanceof HTMLSelectElement) input.value = text;
  element.classList.toggle('changed', value !== usual);
  return element;

  function control() {
    const properties = { id: `switch-${name}`, 'aria-describedby': `about-${name}` };
    const made =
      values === null
        ? make('input', { ...properties, inputMode: 'numeric', autocomplete: 'off' })
        : make('select', properties, ...values.map((each) => make('option', { value: each }, each)));
    made.addEventListener('change', () => void change(name, made.value.trim()));
    return made;
  }
}
