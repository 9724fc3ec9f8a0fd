import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCliError } from '../../src/errors.ts';
import { takeLock } from '../../src/files/lock.ts';
import { type Config, configFile, withProfile } from '../../src/storage/config.ts';
import type { CredentialEntry, MachineIdentity, SealedCredential, StoredCredential } from '../../src/storage/credential.ts';
import { type CredentialsFile, credentialsFile, refreshLockPath } from '../../src/storage/credentials.ts';
import type { StoreOptions } from '../../src/storage/versioned-file.ts';
import { bundle, type Program } from '../support/bundle.ts';
import { leapingClock, realClock } from '../support/clocks.ts';
import { newStore } from '../support/store-folder.ts';

let worker: Program;

beforeAll(async () => {
  worker = await bundle(join(import.meta.dirname, 'store-process.ts'));
});

afterAll(() => worker.remove());

const FULL: StoredCredential = {
  method: 'browser',
  url: 'https://identity.flowkiwi.net/',
  issuer: 'https://sign-in.example/realm.a',
  clientId: 'flowkiwi-cli',
  accessToken: 'access',
  refreshToken: 'refresh',
  expiresAt: 1_750_000_000_000,
  scope: 'openid email',
  machine: undefined,
  user: { sub: '1', email: 'jane@acme.example', name: 'Jane' },
};
const BARE: StoredCredential = {
  method: 'token',
  url: 'http://127.0.0.1:8787/',
  issuer: undefined,
  clientId: undefined,
  accessToken: 'pasted',
  refreshToken: undefined,
  expiresAt: undefined,
  scope: undefined,
  machine: undefined,
  user: undefined,
};
const { accessToken: _access, refreshToken: _refresh, machine: _machine, ...FACTS } = FULL;
const SEALED: SealedCredential = { ...FACTS, isRenewable: true, sealed: { account: 'a', box: 'AAAA' } };
const KEY: MachineIdentity = { kind: 'service_account_key', subject: '1', keyId: 'k', audience: undefined, privateKey: 'PEM' };

describe('round trips', () => {
  test('credentials', async () => {
    const store = newStore();
    // Names and URLs with dots are keys, not paths.
    const credentials = new Map<string, CredentialEntry>([
      ['default', FULL],
      ['a.b', BARE],
      ['__proto__', BARE],
      ['client with a secret', { ...BARE, client: { clientSecret: 's', method: 'post' } }],
      ['client with a key', { ...BARE, client: { privateKey: 'p', keyId: 'k', audience: 'a' } }],
      ['client', { ...BARE, method: 'client_credentials', machine: { kind: 'client_credentials', clientSecret: 's' } }],
      ['key', { ...BARE, method: 'service_account_key', machine: KEY }],
      ['ci', { ...BARE, method: 'workload_identity', machine: { kind: 'workload_identity', file: '/run/token', audience: undefined } }],
      ['sealed', SEALED],
      ['half', { ...FULL, user: { sub: '2', email: 'a@b.example', emailVerified: false, name: undefined } }],
    ]);
    await credentialsFile(store).update(() => credentials);
    expect(await credentialsFile(store).read()).toEqual(credentials);
    expect(store.warnings).toEqual([]);
  });

  test('config', async () => {
    const store = newStore();
    const config: Config = {
      currentProfile: 'a.b',
      profiles: new Map([
        ['default', { organizations: { 'https://identity.flowkiwi.net/': { current: '1', known: [{ id: '1', name: 'Acme Corp' }] } } }],
        [
          'a.b',
          {
            provider: 'flowkiwi',
            url: 'https://a.example',
            issuer: 'https://b.example',
            clientId: 'c',
            scopes: ['openid'],
            storage: 'keyring',
            organizations: {},
          },
        ],
      ]),
    };
    await configFile(store).update(() => config);
    expect(await configFile(store).read()).toEqual(config);
  });

  test('settings that only a later version knows are kept', async () => {
    const store = newStore();
    const later = { version: 1, profiles: { work: { url: 'https://a.example', retry_after: { most: 5 } } } };
    mkdirSync(store.directory, { recursive: true });
    writeFileSync(join(store.directory, 'config.json'), JSON.stringify(later), { mode: 0o600 });
    await configFile(store).update((config) => withProfile(config, 'work', (profile) => ({ ...profile, clientId: 'c' })));
    expect(JSON.parse(readFileSync(join(store.directory, 'config.json'), 'utf8'))).toEqual({
      version: 1,
      profiles: { work: { url: 'https://a.example', retry_after: { most: 5 }, client_id: 'c' } },
    });
  });

  const CAFE = { version: 1, profiles: { cafe: { url: 'https://café.example/' } } };
  const asUtf16 = (text: string) => Buffer.from(text, 'utf16le');

  test.each<[what: string, bytes: (text: string) => Buffer]>([
    ['UTF-8 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, as Windows PowerShell writes it', (text) => asUtf16(`\uFEFF${text}\r\n`)],
    ['UTF-16, the other way round', (text) => asUtf16(`\uFEFF${text}`).swap16()],
  ])('config in %s is read, and written as UTF-8', async (_, bytes) => {
    const store = newStore();
    const path = join(store.directory, 'config.json');
    mkdirSync(store.directory, { recursive: true });
    writeFileSync(path, bytes(JSON.stringify(CAFE)), { mode: 0o600 });
    const file = configFile(store);
    expect((await file.read())?.profiles.get('cafe')).toEqual({ url: 'https://café.example/' });
    await file.assertWritable();
    await file.update((config) => withProfile(config, 'cafe', (profile) => ({ ...profile, clientId: 'c' })));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      version: 1,
      profiles: { cafe: { url: 'https://café.example/', client_id: 'c' } },
    });
  });

  test('config in another encoding is damaged, and stays as it is', async () => {
    const store = newStore();
    const path = join(store.directory, 'config.json');
    mkdirSync(store.directory, { recursive: true });
    const bytes = Buffer.from(JSON.stringify(CAFE), 'latin1');
    writeFileSync(path, bytes, { mode: 0o600 });
    await expect(configFile(store).update((config) => withProfile(config, 'x', (profile) => profile))).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('a change of one profile leaves the rest alone', () => {
    const before: Config = { currentProfile: 'x', profiles: new Map([['x', { url: 'https://x.example' }]]) };
    const after = withProfile(before, 'y', () => ({ url: 'https://y.example' }));
    expect(after.currentProfile).toBe('x');
    expect([...after.profiles.keys()]).toEqual(['x', 'y']);
    expect([...before.profiles.keys()]).toEqual(['x']);
    expect(withProfile(after, 'x', (profile) => ({ ...profile, issuer: 'i' })).profiles.get('x')).toEqual({
      url: 'https://x.example',
      issuer: 'i',
    });
  });

  test('what is written has a version, no temporary file beside it, and is for the owner alone', async () => {
    const store = newStore();
    await credentialsFile(store).update(() => new Map([['default', FULL]]));
    const path = join(store.directory, 'credentials.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      version: 1,
      credentials: { default: { expires_at: '2025-06-15T15:06:40.000Z' } },
    });
    expect([statSync(store.directory).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readdirSync(store.directory)).toEqual(['credentials.json']);
  });

  test('a symbolic link to the file is followed, not replaced', async () => {
    const store = newStore();
    mkdirSync(store.directory, { recursive: true });
    const target = join(store.directory, '..', 'dotfiles.json');
    writeFileSync(target, '{"version":1,"profiles":{}}', { mode: 0o600 });
    symlinkSync(target, join(store.directory, 'config.json'));
    await configFile(store).update((config) => withProfile(config, 'x', () => ({ url: 'https://x.example' })));
    expect(readFileSync(target, 'utf8')).toContain('https://x.example');
  });
});

describe('reading', () => {
  test('what is not there makes nothing', async () => {
    const store = newStore();
    expect(await configFile(store).read()).toBeUndefined();
    expect(await credentialsFile(store).read()).toBeUndefined();
    expect(existsSync(store.directory)).toBe(false);
  });

  test.each<[what: string, entry: unknown]>([
    ['an unknown method', { method: 'guess', url: 'https://a.example', access_token: 'a' }],
    ['no URL', { method: 'token', access_token: 'a' }],
    ['a URL that is none', { method: 'token', url: 'u', access_token: 'a' }],
    ['no access token', { method: 'token', url: 'https://a.example' }],
    ['an access token that is not text', { method: 'token', url: 'https://a.example', access_token: 1 }],
    ['a machine without its secret', { method: 'client_credentials', url: 'https://a.example', access_token: 'a', machine: {} }],
    ['a box that is none', { method: 'token', url: 'https://a.example', sealed: { account: 'a' } }],
    ['a sealed text', { method: 'token', url: 'https://a.example', sealed: 'AAAA' }],
    ['a date that is none', { method: 'token', url: 'https://a.example', access_token: 'a', expires_at: 'tomorrow' }],
    ['null', null],
  ])('a credential with %s is damage', async (_what, entry) => {
    await expectDamage('credentials', { version: 1, credentials: { default: entry } });
  });

  test.each<[what: string, content: unknown]>([
    ['a profile that is a text', { version: 1, profiles: { a: 'x' } }],
    ['a URL that is a number', { version: 1, profiles: { a: { url: 1 } } }],
    ['scopes that are no list', { version: 1, profiles: { a: { scopes: 'openid' } } }],
    ['a scope that is a number', { version: 1, profiles: { a: { scopes: [1] } } }],
    ['a storage that nobody knows', { version: 1, profiles: { a: { storage: 'cloud' } } }],
    ['organizations that are a list', { version: 1, profiles: { a: { organizations: [] } } }],
    ['an organization without a name', { version: 1, profiles: { a: { organizations: { u: { known: [{ id: '1' }] } } } } }],
    ['a current profile that is a number', { version: 1, current_profile: 1 }],
  ])('%s is damage', async (_what, content) => {
    await expectDamage('config', content);
  });

  async function expectDamage(name: 'config' | 'credentials', content: unknown): Promise<void> {
    const store = newStore();
    mkdirSync(store.directory, { recursive: true });
    const path = join(store.directory, `${name}.json`);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    const file = name === 'config' ? configFile(store) : credentialsFile(store);
    await expect(file.read()).rejects.toSatisfy(
      (error) => isCliError(error) && error.code === 'invalid' && error.message.includes('damaged'),
    );
    expect(readFileSync(path, 'utf8')).toBe(JSON.stringify(content));
  }

  test('an empty object is an empty file of ours', async () => {
    const store = newStore();
    mkdirSync(store.directory, { recursive: true });
    writeFileSync(join(store.directory, 'credentials.json'), '{}', { mode: 0o600 });
    expect(await credentialsFile(store).read()).toEqual(new Map());
  });
});

describe('a file that others can read', () => {
  function put(store: StoreOptions, name: string): string {
    mkdirSync(store.directory, { recursive: true });
    const path = join(store.directory, name);
    writeFileSync(path, '{"version":1}', { mode: 0o644 });
    return path;
  }

  test.each([
    ['credentials.json', credentialsFile],
    ['config.json', configFile],
  ])('%s is closed, with a warning', async (name, file) => {
    const store = newStore();
    const path = put(store, name);
    expect(await file(store).read()).toBeDefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(store.warnings).toEqual([expect.stringContaining('now closed')]);
  });

  test('what a killed writer left is removed by the next one', async () => {
    const store = newStore();
    await credentialsFile(store).update((credentials) => credentials ?? new Map());
    const remains = join(store.directory, 'credentials.json.tmp-1790000000abcdef');
    writeFileSync(remains, '{"secret":"rest"}', { mode: 0o600 });
    await credentialsFile(store).update((credentials) => credentials ?? new Map());
    expect(existsSync(remains)).toBe(false);
  });

  test('and that is not ours, where a link leads to it, is not changed', async () => {
    const store = newStore();
    const notes = put(store, 'notes.txt');
    writeFileSync(notes, 'What Jane wrote down.');
    symlinkSync(notes, join(store.directory, 'credentials.json'));
    await expect(credentialsFile(store).read()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('damaged') });
    expect([statSync(notes).mode & 0o777, store.warnings]).toEqual([0o644, []]);
  });
});

describe('replacing credentials', () => {
  const twice = (file: CredentialsFile) => file.replace(['default', 'other'], () => new Map([['default', FULL]]));

  test('waits for a refresh that is under way', async () => {
    const store = newStore();
    mkdirSync(store.directory, { recursive: true });
    const lock = await takeLock(refreshLockPath(store.directory, 'other'), { waitMs: 0, clock: realClock });
    let waits = 0;
    const clock = {
      ...realClock,
      sleep: (ms: number) => {
        waits += 1;
        return realClock.sleep(ms);
      },
    };
    const file = credentialsFile({ ...store, clock });
    const replaced = twice(file);
    await expect.poll(() => waits).toBeGreaterThan(1);
    expect(await file.read()).toBeUndefined();
    await lock?.release();
    await replaced;
    expect([...((await file.read())?.keys() ?? [])]).toEqual(['default']);
    expect(readdirSync(store.directory)).toEqual(['credentials.json']);
  });

  test('goes on after 2 s, and leaves the lock to those who refresh', async () => {
    const store = newStore();
    mkdirSync(store.directory, { recursive: true });
    const lock = await takeLock(refreshLockPath(store.directory, 'default'), { waitMs: 0, clock: realClock });
    const clock = leapingClock();
    await twice(credentialsFile({ ...store, clock }));
    // The waits between two looks are of random length.
    expect(clock.now()).toBeGreaterThanOrEqual(1_002_000);
    expect(clock.now()).toBeLessThan(1_002_100);
    expect(readdirSync(store.directory)).toEqual(['credentials.json', 'refresh-default.lock']);
    await lock?.release();
  });

  test('needs no lock where none can be made: no folder yet, a name too long', async () => {
    const store = newStore();
    const file = credentialsFile(store);
    await twice(file);
    await file.replace(['x'.repeat(250)], () => new Map());
    expect(await file.read()).toEqual(new Map());
  });
});

describe('writing', () => {
  test('eight processes lose nothing of each other', async () => {
    const store = newStore();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await Promise.all(names.map((name) => worker.run(store.directory, name, '25')));
    const expected = names.flatMap((name) => Array.from({ length: 25 }, (_, number) => `${name}.${number}`)).sort();
    expect([...((await configFile(store).read())?.profiles.keys() ?? [])].sort()).toEqual(expected);
    expect([...((await credentialsFile(store).read())?.keys() ?? [])].sort()).toEqual(expected);
    expect(readdirSync(store.directory).sort()).toEqual(['config.json', 'credentials.json']);
  });

  test('a change that fails changes nothing, and gives the lock back', async () => {
    const store = newStore();
    const file = credentialsFile(store);
    await file.update(() => new Map([['default', FULL]]));
    const before = readFileSync(file.path, 'utf8');
    const fails = file.update(() => {
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(readFileSync(file.path, 'utf8')).toBe(before);
    expect(readdirSync(store.directory)).toEqual(['credentials.json']);
  });
});

test.each(['default', '../../etc/passwd', 'a/b', 'ü', '.'])('the lock of the profile %j stays in the folder', (profile) => {
  expect(refreshLockPath('/home/jane', profile).replace('/home/jane/', '')).not.toMatch(/\//);
});
