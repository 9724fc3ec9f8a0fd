// The panel at the side, with all of one thing.
import { openDialog } from './dialogs.js';
import { button, byId, make } from './elements.js';

/**
 * Opens the panel, or shows something else in the one that is open.
 * @param {object} title
 * @param {string} title.kind of thing
 * @param {string} title.heading
 * @param {string} title.fallback id of the heading that gets the focus when what opened the panel has gone
 * @param {...(Node | undefined)} children
 */
export function openPanel({ kind, heading, fallback }, ...children) {
  const panel = byId('panel', HTMLDialogElement);
  const title = make('h2', { id: 'panel-heading', tabIndex: -1 }, make('span', { className: 'kind' }, `${kind} `), heading);
  panel.replaceChildren(
    make(
      'div',
      { className: 'panel-head' },
      title,
      button('Close', () => panel.close(), { className: 'close' }),
    ),
    make('div', { className: 'panel-body' }, ...children),
    make('p', { className: 'notice', role: 'status' }),
  );
  openDialog(panel, fallback);
  title.focus();
}

export function closePanel() {
  byId('panel', HTMLDialogElement).close();
}

/**
 * Facts, each with its name.
 * @param {readonly (readonly [name: string, ...values: (Node | string)[]])[]} facts
 */
export function factList(facts) {
  return make(
    'dl',
    { className: 'facts' },
    ...facts.map(([name, ...values]) => make('div', {}, make('dt', {}, name), make('dd', {}, ...values))),
  );
}
