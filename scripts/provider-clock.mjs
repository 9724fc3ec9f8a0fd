import { join } from 'node:path';

const PARTS = /[\\/]oidc-provider[\\/]lib[\\/]/;

/** Lets oidc-provider go by the clock of the sandbox: its only look at the time for what it issues is one function, which is replaced. */
export const providerClock = {
  name: 'provider-clock',
  setup(bundler) {
    const { absWorkingDir = '.' } = bundler.initialOptions;
    let isReplaced = false;
    bundler.onResolve({ filter: /[\\/]epoch_time\.js$/ }, ({ path, importer }) => {
      if (!PARTS.test(importer)) return undefined;
      isReplaced = true;
      return { path, namespace: 'provider-clock' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'provider-clock' }, () => ({
      contents: `export { epochTime as default } from './epoch-time.ts';`,
      resolveDir: join(absWorkingDir, 'src/sandbox/oauth'),
    }));
    bundler.onEnd(() => (isReplaced ? undefined : { errors: [{ text: 'oidc-provider has no helpers/epoch_time.js any more' }] }));
  },
};
