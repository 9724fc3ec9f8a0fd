// Questions: a form or a confirmation in a dialog. Escape closes it, and the focus goes back to where it was.
import { button, byId, make, withAct } from './elements.js';

/** @typedef {import('./types.d.ts').Field} Field */

/**
 * Opens a dialog, and gives the focus back when it is closed: to what had it, to the same thing made again, or to a heading.
 * @param {HTMLDialogElement} dialog
 * @param {string} fallback id of the heading
 */
export function openDialog(dialog, fallback) {
  if (dialog.open) return;
  const opener = document.activeElement;
  dialog.showModal();
  const giveBack = () => {
    if (opener instanceof HTMLElement && opener.checkVisibility()) return opener.focus();
    const act = opener instanceof HTMLElement ? opener.dataset['act'] : undefined;
    (withAct(act ?? '') ?? byId(fallback)).focus();
  };
  dialog.addEventListener('close', giveBack, { once: true });
}

/**
 * Asks for some texts, or for a yes; what is refused is said, and asked again.
 * @param {object} question
 * @param {string} question.heading
 * @param {string} [question.text]
 * @param {readonly Field[]} [question.fields]
 * @param {string} question.action what its button says
 * @param {boolean} [question.isDanger]
 * @param {(values: Record<string, string>) => Promise<void>} question.run throws what was refused
 */
export function askQuestion({ heading, text, fields = [], action, isDanger = false, run }) {
  const dialog = byId('question', HTMLDialogElement);
  const inputs = fields.map(({ name, type = 'text', value = '', help }) => {
    const described = help === undefined ? {} : { 'aria-describedby': `question-${name}-help` };
    return make('input', { id: `question-${name}`, name, type, value, autocomplete: 'off', spellcheck: false, ...described });
  });
  const error = make('p', { className: 'error', id: 'question-error', role: 'alert' });
  const submit = make('button', { type: 'submit', className: isDanger ? 'danger main' : 'main' }, action);
  const form = make(
    'form',
    { method: 'dialog', noValidate: true },
    make('h2', { id: 'question-heading' }, heading),
    text === undefined ? undefined : make('p', {}, text),
    ...fields.map((field, index) => fieldOf(field, inputs[index])),
    error,
    make(
      'div',
      { className: 'actions' },
      button('Cancel', () => dialog.close()),
      submit,
    ),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    error.textContent = '';
    try {
      await run(Object.fromEntries(inputs.map((input) => [input.name, input.value])));
      dialog.close();
    } catch (refusal) {
      error.textContent = refusal instanceof Error ? refusal.message : String(refusal);
      const wrong = inputs.find(({ name }) => error.textContent?.startsWith(`${name}:`)) ?? inputs[0];
      for (const input of inputs) input.setAttribute('aria-invalid', String(input === wrong));
      wrong?.focus();
    } finally {
      submit.disabled = false;
    }
  });
  dialog.replaceChildren(form);
  openDialog(dialog, 'contents-heading');
  const [first] = inputs;
  if (first) first.select();
  (first ?? form.querySelector('button'))?.focus();
}

/**
 * @param {Field} field
 * @param {HTMLInputElement | undefined} input
 */
function fieldOf({ name, label, help }, input) {
  return make(
    'div',
    { className: 'field' },
    make('label', { for: `question-${name}` }, label),
    input,
    help === undefined ? undefined : make('p', { className: 'quiet', id: `question-${name}-help` }, help),
  );
}

/** Closes a dialog when somebody presses beside it. */
export function closeBesides() {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => {
      if (event.target !== dialog) return;
      const { left, right, top, bottom } = dialog.getBoundingClientRect();
      const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
      if (!isInside) dialog.close();
    });
  }
}
