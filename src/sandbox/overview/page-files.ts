import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that make the page: styles, and modules that the browser loads as they are. They stand beside this module, in the build, too. */
const FOLDER = join(__dirname, 'page');

/** The first module of the page; the others, which it imports, are named here so that the browser fetches all of them at once. */
export const MAIN_MODULE = 'main.js';

export const MODULES = [
  MAIN_MODULE,
  ...['contents.js', 'copy.js', 'dialogs.js', 'elements.js', 'faults.js', 'formats.js', 'live.js'],
  ...[
    'node-forms.js',
    'node-panel.js',
    'notices.js',
    'panel.js',
    'provider-flowkiwi.js',
    'provider-zitadel.js',
    'providers.js',
    'request-panel.js',
  ],
  ...['request-rows.js', 'requests.js', 'sandbox.js', 'switches.js'],
] as const;

export const STYLES = ['base.css', 'layout.css', 'contents.css', 'requests.css', 'dialogs.css', 'behaviour.css'] as const;

const TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' };

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const read = new Map<string, PageFile>();

/** The file of that name, read once; undefined when the page has none. */
export function pageFile(name: string): PageFile | undefined {
  const known = read.get(name);
  if (known !== undefined) return known;
  if (![...MODULES, ...STYLES].some((each) => each === name)) return undefined;
  const file = { type: name.endsWith('.css') ? TYPES.css : TYPES.js, text: readFileSync(join(FOLDER, name), 'utf8') };
  read.set(name, file);
  return file;
}
