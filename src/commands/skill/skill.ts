import { defineCommand } from '../kit/command.ts';
import { objectWith } from '../kit/data.ts';
import { text } from '../kit/option.ts';
import { both } from '../kit/provider.ts';

export const skill = defineCommand({
  name: 'skill',
  summary: 'teach a coding agent to use flowkiwi',
  description:
    'Prints what a coding agent has to know as a skill file (Markdown with a name and a description in front), or puts it into a folder of skills: ' +
    'as flowkiwi/SKILL.md in DIR. A skill of that name that is there already is replaced.',
  options: { install: text('--install <dir>', 'path', 'folder of skills to put it into') },
  examples: ['flowkiwi skill', 'flowkiwi skill --install .claude/skills'],
  exits: ['conflict'],
  data: both(() => {
    const { form, fields } = objectWith({ skill: 'string', path: 'string' });
    return { form, fields: fields.map((field) => ({ ...field, optional: true })) };
  }),
  effect: 'changes',
  org: both('ignored'),
}).run(both(async (_, { options: { install } }) => (await import('./install.ts')).printOrInstall(install)));
