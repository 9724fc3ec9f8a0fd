import { everyCommand } from '../../src/commands/index.ts';

/** All commands: those under a noun, and those that stand alone. */
export const { groups: GROUPS, commands: COMMANDS } = await everyCommand();
