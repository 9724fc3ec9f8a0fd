import type { Page } from './document.ts';
import { html } from './html.ts';

/** Something did not work: what, what to do, and the words of the protocol for those who need them. */
export function errorPage(heading: string, advice: string, detail?: string): Page {
  return { heading, body: html`<p>${advice}</p>${detail === undefined ? undefined : html`<p class="detail">${detail}</p>`}` };
}

/** A request that was not let in. */
export function refusalPage(reason: string): Page {
  return { heading: 'This was not allowed', body: html`<p>${reason}</p>` };
}

/** The person has refused the client. */
export function refusedPage(client: string): Page {
  return {
    heading: 'Nothing was allowed',
    body: html`<p><strong>${client}</strong> did not get access. Your terminal will say so too; this page can be closed.</p>`,
  };
}
