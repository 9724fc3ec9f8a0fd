// All of one organization or instance, in the panel: its facts, what can be done with it, and what is in it.
import { copyButton } from './copy.js';
import { button, make, refill } from './elements.js';
import { counted, date, number } from './formats.js';
import { createChild, remove, rename } from './node-forms.js';
import { closePanel, factList, openPanel } from './panel.js';

/** @typedef {import('./types.d.ts').Provider} Provider */
/** @typedef {import('./types.d.ts').Node} Node */
/** @typedef {import('./types.d.ts').Root} Root */

const HEADING = 'contents-heading';
const PAGE = 50;

/**
 * @param {Provider} provider
 * @param {Root} root
 */
export function openRoot(provider, root) {
  const { rootNoun, childNoun, rootPath } = provider;
  const path = rootPath(root.id);
  const children = childList(provider, root);
  openPanel(
    { kind: rootNoun, heading: root.name, fallback: HEADING },
    factList(factsOf(root)),
    make(
      'div',
      { className: 'actions' },
      button(`New ${childNoun}`, () => createChild(provider, root, children.load), { className: 'main', 'data-act': 'panel-new' }),
      button('Rename', () => rename(path, rootNoun, root, (answer) => openRoot(provider, provider.readRoot(answer))), {
        'data-act': 'panel-rename',
      }),
      button('Delete', () => remove(path, rootNoun, root, `its ${counted(children.total(), childNoun)}`, closePanel), {
        className: 'danger',
      }),
    ),
    children.element,
  );
  children.load();
}

/**
 * @param {Provider} provider
 * @param {Node} child
 */
export function openChild(provider, child) {
  const { childNoun, childPath } = provider;
  const path = childPath(child.id);
  openPanel(
    { kind: childNoun, heading: child.name, fallback: HEADING },
    factList(factsOf(child)),
    make(
      'div',
      { className: 'actions' },
      button('Rename', () => rename(path, childNoun, child, (answer) => openChild(provider, provider.readChild(answer))), {
        'data-act': 'panel-rename',
      }),
      button('Delete', () => remove(path, childNoun, child, undefined, closePanel), { className: 'danger' }),
    ),
  );
}

/**
 * @param {Node} node
 * @returns {readonly (readonly [string, ...(globalThis.Node | string)[]])[]}
 */
function factsOf({ id, name, created, owners, facts }) {
  const value = (/** @type {string} */ title, /** @type {string} */ text) => [
    make('code', {}, text),
    copyButton(text, `the ${title} of ${name}`),
  ];
  return [
    ['Id', ...value('id', id)],
    ...(owners.length === 0 ? [] : [/** @type {const} */ (['Owner', owners.join(', ')])]),
    ['Created', make('time', { dateTime: created }, date(created))],
    ...facts.map(([title, text, isCopied]) => /** @type {const} */ ([title, ...(isCopied ? value(title.toLowerCase(), text) : [text])])),
  ];
}

/**
 * What is in it, searched by the sandbox, a page at a time.
 * @param {Provider} provider
 * @param {Root} root
 */
function childList(provider, root) {
  const { childNoun, listChildren } = provider;
  let total = root.childCount;
  /** @type {readonly Node[]} */
  let shown = [];
  const heading = make('h3', { id: 'children-heading' });
  const search = make('input', {
    id: 'children-search',
    type: 'search',
    autocomplete: 'off',
    spellcheck: false,
    placeholder: 'Name, handle or id',
  });
  const label = make('label', { className: 'unseen', for: 'children-search' }, `Search ${childNoun}s`);
  const list = make('ul', { className: 'children', 'aria-labelledby': 'children-heading' });
  const more = button('Show more', () => show(shown.length), { hidden: true, 'data-act': 'children-more' });
  const empty = make('p', { className: 'quiet' });
  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(0), 200);
  });

  /** @param {number} offset */
  async function show(offset) {
    const text = search.value.trim();
    const answer = await listChildren(root.id, { text, limit: PAGE, offset }).catch(() => undefined);
    if (answer === undefined || text !== search.value.trim()) return;
    shown = offset === 0 ? answer.found : [...shown, ...answer.found];
    if (text === '') total = answer.total;
    heading.textContent = text === '' ? counted(total, childNoun) : `${number(answer.total)} of ${counted(total, childNoun)}`;
    refill(list, ...shown.map((child) => childLine(provider, child)));
    more.hidden = shown.length >= answer.total;
    search.hidden = total === 0;
    empty.textContent = shown.length > 0 ? '' : text === '' ? `There is no ${childNoun} in it.` : `No ${childNoun} has that.`;
  }

  const element = make('div', { className: 'in-panel' }, heading, label, search, list, empty, more);
  return { element, load: () => void show(0), total: () => total };
}

/**
 * One line in a list: its name, what it goes by, and its id to copy.
 * @param {Provider} provider
 * @param {Node} child
 */
export function childLine(provider, child) {
  return make(
    'li',
    { className: 'child' },
    make(
      'div',
      { className: 'what' },
      button(child.name, () => openChild(provider, child), { className: 'name', 'data-act': `open-${child.id}` }),
      make('code', { className: 'label' }, child.label),
      child.owners.length === 0 ? undefined : make('span', { className: 'quiet' }, child.owners.join(', ')),
    ),
    make('time', { className: 'quiet', dateTime: child.created }, date(child.created)),
    copyButton(child.id, `the id of ${child.name}`),
  );
}
