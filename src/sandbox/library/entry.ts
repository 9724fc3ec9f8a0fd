import type * as Interface from './interface.ts';

/**
 * What `flowkiwi/sandbox` exports. It loads the sandbox when one is created, so that the chunks of the commands stay what they are. It is a method
 * because the bundler gives functions their names with a helper, which is in a chunk of the commands.
 */
export const { createSandbox }: Pick<typeof Interface, 'createSandbox'> = {
  async createSandbox(options) {
    return (await import('./create-sandbox.ts')).createSandbox(options);
  },
};
