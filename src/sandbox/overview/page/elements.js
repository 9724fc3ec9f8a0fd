// Elements of the page. Text is always set as text, never as markup.

/**
 * Makes an element with properties (`className`, `type`, …), attributes (those with a hyphen, and `role`) and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.includes('-') || name === 'role' || name === 'for' || name === 'list') element.setAttribute(name, String(value));
    else Reflect.set(element, name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * A button of the page.
 * @param {string} text
 * @param {() => unknown} act what a press does
 * @param {Record<string, unknown>} [properties]
 */
export function button(text, act, properties = {}) {
  const made = make('button', { type: 'button', ...properties }, text);
  made.addEventListener('click', () => void act());
  return made;
}

/**
 * The element of that id, which the document has.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  const wanted = kind ?? HTMLElement;
  if (!(element instanceof wanted)) throw new TypeError(`the page has no ${id}`);
  return /** @type {Kind} */ (element);
}

/**
 * Brings the children of an element to a list of items: those that stay are left where they are, so that the focus stays in them.
 * @template Item
 * @param {HTMLElement} parent
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item, known: HTMLElement | undefined) => HTMLElement} show the element of an item: the one that is known, or another
 */
export function showList(parent, items, keyOf, show) {
  const giveBack = rememberFocus(parent);
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  for (const child of parent.children) if (child instanceof HTMLElement && child.dataset['key']) known.set(child.dataset['key'], child);
  const wanted = items.map((item) => {
    const key = keyOf(item);
    const element = show(item, known.get(key));
    element.dataset['key'] = key;
    return element;
  });
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!(child instanceof HTMLElement && kept.has(child))) child.remove();
  let place = parent.firstElementChild;
  for (const element of wanted) {
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  giveBack();
}

/**
 * Puts other children into an element, and the focus where it was, when what had it is there again (by `data-act`).
 * @param {HTMLElement} element
 * @param {...(Node | string)} children
 */
export function refill(element, ...children) {
  const giveBack = rememberFocus(element);
  element.replaceChildren(...children);
  giveBack();
}

/**
 * Notes what in an element has the focus. What it answers gives the focus back, if it was lost meanwhile; when its place has gone, the heading
 * above gets it.
 * @param {HTMLElement} element
 */
function rememberFocus(element) {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement && element.contains(activeElement))) return () => {};
  return () => {
    if (element.contains(document.activeElement)) return;
    const heading = element.closest('section, dialog')?.querySelector('h2');
    (withAct(activeElement.dataset['act'] ?? '', element) ?? heading)?.focus();
  };
}

/**
 * The element that is marked with `data-act`, within another.
 * @param {string} act
 * @param {ParentNode} [within]
 * @returns {HTMLElement | null}
 */
export function withAct(act, within = document) {
  return within.querySelector(`[data-act="${CSS.escape(act)}"]`);
}
