// The list of what is in the sandbox: of one provider, searched by the sandbox, a page at a time.
import { copyButton } from './copy.js';
import { button, byId, make, refill, showList } from './elements.js';
import { counted, date, number } from './formats.js';
import { createRoot } from './node-forms.js';
import { childLine, openRoot } from './node-panel.js';
import { announce } from './notices.js';
import { PROVIDERS } from './providers.js';

/** @typedef {import('./types.d.ts').Provider} Provider */
/** @typedef {import('./types.d.ts').Root} Root */

const PAGE = 25;

/** How long to wait after a key, and before the list is brought up to date: longer where the last answer took long, so that a large search is not asked all the time. */
const TYPING_MS = 200;
const PAUSE_MS = 300;
const PATIENCE = 10;

/** Shows the list. Answers what brings it up to date when something may have changed. */
export function showContents() {
  const search = byId('contents-search', HTMLInputElement);
  const list = byId('contents-list');
  /** @type {Provider} */
  let provider = PROVIDERS.flowkiwi;
  let offset = 0;
  let total = 0;
  let took = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const questionNow = () => ({ text: search.value.trim(), limit: PAGE, offset });

  /** Asks for what is to be seen, and shows it if that is still wanted when it comes. */
  async function load() {
    clearTimeout(timer);
    timer = undefined;
    const [question, asked, start] = [questionNow(), provider.rootsPath, performance.now()];
    const answer = await provider.listRoots(question).catch(() => undefined);
    took = performance.now() - start;
    if (answer === undefined || asked !== provider.rootsPath || JSON.stringify(question) !== JSON.stringify(questionNow())) return;
    if (answer.found.length === 0 && answer.total > 0) turnTo(lastPage(answer.total));
    else show(answer.found, answer.total, question.text);
  }

  async function find() {
    offset = 0;
    await load();
    announce(`${counted(total, provider.rootNoun)} found`);
  }

  /**
   * @param {readonly Root[]} roots
   * @param {number} count
   * @param {string} text
   */
  function show(roots, count, text) {
    total = count;
    showList(
      list,
      roots,
      ({ id }) => id,
      (root, known) => rootElement(provider, root, known),
    );
    list.hidden = roots.length === 0;
    const empty = byId('contents-empty');
    empty.hidden = roots.length > 0;
    if (roots.length === 0)
      refill(empty, ...(text === '' ? emptyText(provider) : [make('p', {}, `Nothing has “${text}” in its name, handle, id or owner.`)]));
    byId('contents-pages').hidden = count === 0;
    byId('contents-range').textContent = rangeOf(offset, roots.length, count, provider.rootNoun);
    byId('contents-newer', HTMLButtonElement).hidden = offset === 0;
    byId('contents-older', HTMLButtonElement).hidden = offset + roots.length >= count;
  }

  /** @param {number} to */
  function turnTo(to) {
    offset = to;
    void load();
  }

  /** @param {Provider} next */
  function choose(next) {
    provider = next;
    byId('new-root').textContent = `New ${next.rootNoun}`;
    turnTo(0);
  }

  for (const choice of document.querySelectorAll('input[name=provider]')) {
    choice.addEventListener('change', () => {
      const [, chosen] = Object.entries(PROVIDERS).find(([name]) => choice instanceof HTMLInputElement && choice.value === name) ?? [];
      if (chosen) choose(chosen);
    });
  }
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void find(), TYPING_MS);
  });
  byId('contents-newer').addEventListener('click', () => turnTo(Math.max(0, offset - PAGE)));
  byId('contents-older').addEventListener('click', () => turnTo(offset + PAGE));
  byId('new-root').addEventListener('click', () => createRoot(provider, () => turnTo(0)));
  choose(provider);
  return () => {
    timer ??= setTimeout(() => void load(), Math.max(PAUSE_MS, took * PATIENCE));
  };
}

/** @param {number} total */
function lastPage(total) {
  return Math.floor((total - 1) / PAGE) * PAGE;
}

/**
 * @param {number} offset
 * @param {number} length
 * @param {number} total
 * @param {string} noun
 */
function rangeOf(offset, length, total, noun) {
  return length === total
    ? counted(total, noun)
    : `${number(offset + 1)} to ${number(offset + length)} of ${counted(total, noun)}, the newest first`;
}

/** @param {Provider} provider */
function emptyText({ rootNoun, commands }) {
  return [
    make('p', {}, `There is no ${rootNoun} yet. These commands make some, and so does the button above:`),
    ...commands.map((line) =>
      make('p', { className: 'line' }, make('code', { className: 'command' }, line), copyButton(line, 'the command')),
    ),
  ];
}

/** What an element shows, so that one that shows the same is left as it is. */
/** @type {WeakMap<HTMLElement, string>} */
const shownIn = new WeakMap();

/**
 * @param {Provider} provider
 * @param {Root} root
 * @param {HTMLElement | undefined} known
 */
function rootElement(provider, root, known) {
  const element = known ?? make('li', { className: 'root' });
  const content = JSON.stringify(root);
  if (shownIn.get(element) === content) return element;
  shownIn.set(element, content);
  const { id, name, label, created, owners, children, childCount } = root;
  const rest = childCount - children.length;
  const quiet = [...(owners.length === 0 ? [] : [owners.join(', ')]), counted(childCount, provider.childNoun)];
  refill(
    element,
    make(
      'div',
      { className: 'root-head' },
      button(name, () => openRoot(provider, root), { className: 'name', 'data-act': `open-${id}` }),
      label === '' ? '' : make('code', { className: 'label' }, label),
      make('time', { dateTime: created, className: 'quiet' }, date(created)),
    ),
    make('p', { className: 'quiet' }, quiet.join(' · ')),
    make('p', { className: 'id' }, make('code', {}, id), copyButton(id, `the id of ${name}`)),
    ...(children.length === 0
      ? []
      : [make('ul', { className: 'children', 'aria-label': `In ${name}` }, ...children.map((child) => childLine(provider, child)))]),
    ...(rest > 0
      ? [
          button(`${number(rest)} more`, () => openRoot(provider, root), {
            className: 'more',
            'data-act': `more-${id}`,
            'aria-label': `${number(rest)} more in ${name}`,
          }),
        ]
      : []),
  );
  return element;
}
