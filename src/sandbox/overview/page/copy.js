// Copying to the clipboard.
import { button } from './elements.js';
import { announce } from './notices.js';

/**
 * A button that copies a text.
 * @param {string} text
 * @param {string} what it is, for a screen reader: `the id of Acme Corp`
 */
export function copyButton(text, what) {
  return button('Copy', () => copy(text, what), { className: 'copy', 'aria-label': `Copy ${what}`, 'data-act': `copy-${what}` });
}

/**
 * @param {string} text
 * @param {string} what
 */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`Copied ${what}`);
  } catch {
    announce('The browser does not let this page copy.');
  }
}
