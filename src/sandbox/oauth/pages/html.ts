/** A piece of HTML that is safe to put into a page unchanged. */
export interface Html {
  readonly html: string;
}

type Value = string | Html | undefined | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Tag of a template: every text that is put in is escaped, for use between tags and inside quoted attributes. Undefined is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, index) => part + render(values[index])).join('') };
}

function render(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  if ('html' in value) return value.html;
  return value.map((piece) => piece.html).join('');
}
