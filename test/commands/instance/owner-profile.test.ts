import { expect, test } from 'vitest';
import { ownerProfile } from '../../../src/commands/instance/owner-profile.ts';
import { commandText } from '../../../src/output/command-text.ts';

const INSTANCE = { id: '2889', name: 'Acme EU', primary_domain: 'acme.example' };
const PLACE = '--provider zitadel --url https://zitadel.example --instance-host acme.example';

test.each<[what: string, more: Partial<typeof INSTANCE>, keyFile: string | undefined, taken: readonly string[], line: string]>([
  ['a person who owns it', {}, undefined, [], `profile add acme-eu ${PLACE} --use`],
  ['a machine with a key file', {}, 'keys/acme.json', [], `profile add acme-eu ${PLACE} --key-file keys/acme.json --use`],
  ['a file with a blank in its name', {}, 'my key', [], `profile add acme-eu ${PLACE} --key-file "my key" --use`],
  ['a name that a profile has', {}, undefined, ['acme-eu'], `profile add 2889 ${PLACE} --use`],
  ['the name of a profile that is built in', { name: 'Sandbox' }, undefined, [], `profile add 2889 ${PLACE} --use`],
  ['a name that makes no name of a profile', { name: '北京' }, undefined, [], `profile add 2889 ${PLACE} --use`],
])('%s', (_, more, keyFile, taken, line) => {
  const command = ownerProfile({ ...INSTANCE, ...more }, { url: new URL('https://zitadel.example'), taken: new Set(taken), keyFile });
  expect(commandText(command, { shell: 'posix', profile: 'tenants' })).toBe(`flowkiwi ${line}`);
});

test('an instance that no domain leads to', () => {
  const command = ownerProfile({ ...INSTANCE, primary_domain: null }, { url: new URL('https://x:8080'), taken: new Set(), keyFile: 'key' });
  expect(command.words).toEqual(['instance', 'get', { id: '2889' }]);
});
