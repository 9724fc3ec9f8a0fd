// Creating, renaming and deleting organizations and instances.
import { askQuestion } from './dialogs.js';
import { counted, withArticle } from './formats.js';
import { announce } from './notices.js';
import { ask } from './sandbox.js';

/** @typedef {import('./types.d.ts').Provider} Provider */
/** @typedef {import('./types.d.ts').Node} Node */
/** @typedef {import('./types.d.ts').Root} Root */

/**
 * @param {Provider} provider
 * @param {() => void} onChange
 */
export function createRoot({ rootNoun, rootFields, rootsPath }, onChange) {
  askQuestion({
    heading: `New ${rootNoun}`,
    fields: rootFields,
    action: 'Create',
    run: async (values) => {
      await ask('POST', rootsPath, values);
      done(`Created ${values['name']}`, onChange);
    },
  });
}

/**
 * @param {Provider} provider
 * @param {Root} root
 * @param {() => void} onChange
 */
export function createChild({ childNoun, childFields, childrenPath }, { id, name }, onChange) {
  askQuestion({
    heading: `New ${childNoun} in ${name}`,
    fields: childFields,
    action: 'Create',
    run: async (values) => {
      await ask('POST', childrenPath(id), values);
      done(`Created ${values['name']}`, onChange);
    },
  });
}

/**
 * @param {string} path
 * @param {string} noun
 * @param {Node} node
 * @param {(answer: unknown) => void} onChange with what it is now
 */
export function rename(path, noun, node, onChange) {
  askQuestion({
    heading: `Rename the ${noun}`,
    fields: [{ name: 'name', label: 'Name', value: node.name }],
    action: 'Rename',
    run: async ({ name = '' }) => {
      const answer = await ask('PATCH', path, { name });
      done(`Renamed to ${name}`, () => onChange(answer));
    },
  });
}

/**
 * @param {string} path
 * @param {string} noun
 * @param {Node} node
 * @param {string | undefined} contents what goes with it
 * @param {() => void} onChange
 */
export function remove(path, noun, node, contents, onChange) {
  askQuestion({
    heading: `Delete ${node.name}?`,
    text: `This deletes ${withArticle(noun)}${contents === undefined ? '' : ` with ${contents}`}. It cannot be undone.`,
    action: 'Delete',
    isDanger: true,
    run: async () => {
      await ask('DELETE', path);
      done(`Deleted ${node.name}`, onChange);
    },
  });
}

/** @param {() => void} onReset */
export function resetAll(onReset) {
  askQuestion({
    heading: 'Reset the sandbox?',
    text: 'This deletes every organization and instance of Flowkiwi and ZITADEL. Accounts, tokens, faults and switches stay. It cannot be undone.',
    action: 'Delete everything',
    isDanger: true,
    run: async () => {
      const { organizations, instances } = /** @type {{ organizations: number, instances: number }} */ (await ask('POST', 'reset', {}));
      done(`Deleted ${counted(organizations, 'organization')} and ${counted(instances, 'instance')}`, onReset);
    },
  });
}

/**
 * Says it when the dialog has closed: until then nothing outside it is heard.
 * @param {string} text
 * @param {() => void} then
 */
function done(text, then) {
  setTimeout(() => announce(text));
  then();
}
