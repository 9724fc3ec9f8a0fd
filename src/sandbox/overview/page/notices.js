// Short messages, which a screen reader says and which go by themselves.
import { byId } from './elements.js';

const SHOWN_MS = 4000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Says it where it can be heard: what is outside an open dialog cannot.
 * @param {string} text
 */
export function announce(text) {
  const open = [...document.querySelectorAll('dialog[open]')].at(-1);
  const place = open?.querySelector('.notice') ?? byId('notice');
  for (const other of document.querySelectorAll('.notice')) if (other !== place) other.textContent = '';
  place.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.textContent = '';
  }, SHOWN_MS);
}
