import { configFile } from '../../src/storage/config.ts';
import { knownOrganizations } from '../../src/storage/known-organizations.ts';
import { realClock } from '../support/clocks.ts';

// A process of the tests: `FOLDER URL NAME 25` remembers so many organizations of the profile `default`, one at a time.
const [directory = '', url = '', name = '', organizations = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const options = {
    directory,
    platform: process.platform,
    clock: realClock,
    warn: (text: unknown) => void process.stderr.write(JSON.stringify(text)),
  };
  const store = knownOrganizations({ ...options, config: configFile(options) });
  for (let number = 0; number < Number(organizations); number += 1) {
    await store.remember({ profile: 'default', url }, { id: `${name}.${number}`, name });
  }
}

void main();
