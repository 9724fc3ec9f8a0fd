import { configFile, withProfile } from '../../src/storage/config.ts';
import { credentialsFile } from '../../src/storage/credentials.ts';
import { realClock } from '../support/clocks.ts';

// A process of the storage's tests: `FOLDER NAME 25` adds so many profiles and credentials, one at a time.
const [directory = '', name = '', keys = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const options = {
    directory,
    platform: process.platform,
    clock: realClock,
    warn: (text: unknown) => void process.stderr.write(JSON.stringify(text)),
  };
  const [config, credentials] = [configFile(options), credentialsFile(options)];
  for (let number = 0; number < Number(keys); number += 1) {
    const key = `${name}.${number}`;
    await config.update((content) => withProfile(content, key, (profile) => ({ ...profile, url: `https://${key}.example` })));
    await credentials.update((content) =>
      new Map(content).set(key, {
        method: 'token',
        url: `https://${key}.example`,
        issuer: undefined,
        clientId: undefined,
        accessToken: key,
        refreshToken: undefined,
        expiresAt: undefined,
        scope: undefined,
        machine: undefined,
        user: undefined,
      }),
    );
  }
}

void main();
