import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../support/commands.ts';
import { newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { rsa } from '../support/keys.ts';
import { type Seen, serve } from '../support/servers/serve.ts';

/** A file that is read as text. */
interface TextInput {
  /** A command line that reads it. */
  readonly args: (file: string) => readonly string[];
  readonly content: string;
  /** Whether `-` stands for standard input. */
  readonly isStdin: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const LOGIN = ['login', '--client-id', 'job'];
const JWT = ['{"alg":"RS256"}', '{"sub":"job"}', 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const SET_UP = JSON.stringify({
  org: { name: 'Café' },
  human: { userName: 'jo', profile: { firstName: 'Jo', lastName: 'Doe' }, email: { email: 'jo@x.example' } },
});
const KEY_FILE = JSON.stringify({ type: 'serviceaccount', keyId: 'k', key: rsa.pem, userId: 'job' });

/** Every option that takes the name of a file, and how what is in it comes in; or why that is no text. */
const FILE_OPTIONS: Readonly<Record<string, TextInput | string>> = {
  'api --input': 'it is sent byte by byte',
  'apply --failed': 'it is written',
  'apply --journal': 'it is a folder of this program',
  'apply --results': 'it is written',
  'auth app create --key-file': {
    args: (file) => ['auth', 'app', 'create', '--key-file', file],
    content: KEY_FILE,
    isStdin: true,
    env: { FLOWKIWI_PROVIDER: 'zitadel' },
  },
  'auth login --client-secret-file': {
    args: (file) => [...LOGIN, '--client-credentials', '--client-secret-file', file],
    content: 'correct horse Café',
    isStdin: true,
  },
  'auth login --key-file': { args: (file) => [...LOGIN, '--key-file', file, '--key-id', 'k'], content: rsa.pem, isStdin: true },
  'auth login --oidc-token-file': { args: (file) => [...LOGIN, '--oidc', '--oidc-token-file', file], content: JWT, isStdin: false },
  'instance create --key-out': 'it is written',
  'instance create --pat-out': 'it is written',
  'onboard --key-file': {
    args: (file) => [
      ...['onboard', '--org-name', 'Acme', '--user-name', 'jd', '--first-name', 'J', '--last-name', 'D', '--email', 'j@x.example'],
      ...['--key-file', file],
    ],
    content: KEY_FILE,
    isStdin: true,
    env: { FLOWKIWI_PROVIDER: 'zitadel' },
  },
  'onboard --key-out': 'it is written',
  'onboard --pat-out': 'it is written',
  'org setup --input': {
    args: (file) => ['org', 'setup', '--input', file],
    content: SET_UP,
    isStdin: true,
    env: { FLOWKIWI_PROVIDER: 'zitadel' },
  },
  'profile add --key-file': {
    args: (file) => ['profile', 'add', 'x', '--url', 'https://x.example', '--key-file', file],
    content: KEY_FILE,
    isStdin: false,
  },
  'profile set --key-file': { args: (file) => ['profile', 'set', 'sandbox', '--key-file', file], content: KEY_FILE, isStdin: false },
  'sandbox start --seed': 'it is a manifest, which is read as that of apply',
  'skill --install': 'it is a folder',
  'profile add --system-key': {
    args: (file) => [
      'profile',
      'add',
      'x',
      '--provider',
      'zitadel',
      '--url',
      'https://x.example',
      '--system-user',
      'u',
      '--system-key',
      file,
    ],
    content: rsa.pem,
    isStdin: false,
  },
  'profile set --system-key': {
    args: (file) => ['profile', 'set', 'sandbox-zitadel', '--system-user', 'u', '--system-key', file],
    content: rsa.pem,
    isStdin: false,
  },
  'sandbox reset --data': 'it is a database',
  'sandbox start --data': 'it is a database',
  'sandbox start --ready-file': 'it is written',
};

/** Files and standard input that are named in another way. */
const OTHERS: Readonly<Record<string, TextInput>> = {
  'api --field': { args: (file) => ['api', '/api/x', '-F', `name=@${file}`], content: 'Café', isStdin: true },
};

/** What reads a file in the source, and what it is. */
const READERS: Readonly<Record<string, string>> = {
  'files/input-file.ts': 'what the options above name',
  'commands/skill/install.ts': 'the skill that it has written itself',
  'commands/sandbox/secret-file.ts': 'the secret that a sandbox has written',
  'apply/journal/durability.ts': 'the system',
  'commands/apply/read-text-file.ts': 'what --adopt and --assume-absent name, as text that is checked',
  'commands/sandbox/system-user-key.ts': 'the key that the sandbox has written',
  'edges/job-control.ts': 'the system',
  'edges/keychain-addon.ts': 'a manifest of a package',
  'edges/loopback-peer.ts': 'the system',
  'files/owner-name.ts': 'the system',
  'files/this-process.ts': 'the system',
  'http/trusted-authorities.ts': 'certificates',
  'main.ts': 'the parts of this program',
  'oauth/private-key.ts': '--system-key',
  'sandbox/overview/page-files.ts': 'the parts of the page',
  'storage/guarded-file.ts': 'the files of the user, whose tests are those of the storage',
};

test('every option for a file is one whose text is known to come in through the door', () => {
  const commands = [
    ...GROUPS.flatMap(({ name, commands: members }) => members.map((command) => [`${name} ${command.name}`, command] as const)),
    ...COMMANDS.map((command) => [command.name, command] as const),
  ];
  const options = commands.flatMap(([call, command]) =>
    Object.values(command.options).flatMap(({ flags, kind }) =>
      kind === 'path' || / <(file|dir|folder)>$/.test(flags) ? [`${call} ${/--[a-z-]+/.exec(flags)?.[0]}`] : [],
    ),
  );
  expect(options.sort()).toEqual(Object.keys(FILE_OPTIONS).sort());
});

test('every module that reads a file is known', () => {
  const src = join(import.meta.dirname, '..', '..', 'src');
  const readers = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && /\b(readFile|readFileSync|createReadStream)\(/.test(readFileSync(join(src, file), 'utf8')))
    .map((file) => file.replaceAll('\\', '/'));
  expect(readers.sort()).toEqual(Object.keys(READERS).sort());
});

test.each<[option: string, content: string, said: string]>([
  ['--client-secret-file', 'secret\n', ''],
  ['--client-secret-file', ' secret\n', ': the white space around it was taken off'],
  ['--client-secret-file', '"secret"', ' has quotes around it, which were taken off'],
  ['--oidc-token-file', `${JWT}\n`, ''],
  ['--oidc-token-file', `"${JWT}"\n`, ' has quotes around it, which were taken off'],
  ['--oidc-token-file', `Bearer ${JWT}`, ': the word Bearer in front was taken off'],
  ['--with-token', 'token\r\n', ''],
  ['--with-token', '\uFEFFtoken\n', ''],
  ['--with-token', "'token'", 'the token has quotes around it, which were taken off'],
])('of a secret, a line end at its end is nothing to say, and all else is: %s %j', async (option, content, said) => {
  const home = newHome();
  const file = join(home, 'secret.txt');
  writeFileSync(file, content, { mode: 0o600 });
  const input = FILE_OPTIONS[`auth login ${option}`];
  const args = typeof input === 'object' ? input.args(file) : ['login', option];
  const { stderr } = await inProcess(args, { env: { FLOWKIWI_URL: (await refusing()).origin }, home, stdin: content });
  const before = stderr.slice(0, stderr.indexOf('error:'));
  expect([before.includes('taken off'), before]).toEqual([said !== '', expect.stringContaining(said)]);
});

const ORG_SETUP = 'org setup A --user-name jane --first-name J --last-name D --email j@x.example'.split(' ');

test.each<[args: readonly string[], env?: TextInput['env'] | undefined]>([
  ...[...Object.values(FILE_OPTIONS), ...Object.values(OTHERS)].flatMap((input): [readonly string[], TextInput['env']][] =>
    typeof input === 'object' && input.isStdin ? [[input.args('-'), input.env]] : [],
  ),
  [['api', '/api/x', '--input', '-']],
  [['login', '--with-token']],
  [[...ORG_SETUP, '--password-stdin'], { FLOWKIWI_PROVIDER: 'zitadel' }],
])('%j ends in time where standard input does not', async (args, env = {}) => {
  const input = new Readable({ read: () => undefined });
  const token = args.includes('login') ? {} : { FLOWKIWI_TOKEN: 'a-token-of-somebody' };
  const run = await inProcess([...args, '--timeout', '50ms'], { env: { FLOWKIWI_URL: 'https://x.example', ...env, ...token }, input });
  expect(run).toMatchObject({ status: 75, stderr: expect.stringContaining('standard input did not end within 0.05 s') });
});

const INPUTS = Object.entries({ ...FILE_OPTIONS, ...OTHERS }).flatMap(([name, input]) => {
  if (typeof input === 'string') return [];
  return [{ name, input, way: 'file' }, ...(input.isStdin ? [{ name, input, way: '-' }] : [])];
});

describe.each(INPUTS)('$name from $way', ({ input, way }) => {
  /** What becomes of these bytes: how the command ended, and what was sent. */
  async function outcome(bytes: Uint8Array) {
    const home = newHome();
    const file = join(home, 'text.json');
    if (way === 'file') writeFileSync(file, bytes, { mode: 0o600 });
    const { origin, seen } = await refusing();
    const env = {
      FLOWKIWI_URL: origin,
      ...input.env,
      ...(!input.args(file).includes('login') && { FLOWKIWI_TOKEN: 'a-token-of-somebody' }),
    };
    const run = await inProcess(input.args(way === 'file' ? file : '-'), { env, home, ...(way === '-' && { input: bytes }) });
    const requests = seen.filter(({ path }) => !path.includes('/.well-known/')).map(withoutTime);
    return { status: run.status, requests, stderr: run.stderr };
  }

  test('reads the same text in every form that other programs give it', async () => {
    const plain = await outcome(Buffer.from(input.content));
    // It is used: sent, or stored without a request.
    expect([plain.status, plain.requests.length > 0]).toEqual(plain.status === 0 ? [0, false] : [expect.any(Number), true]);
    for (const bytes of [
      Buffer.from(`\uFEFF${input.content}`),
      Buffer.from(`${input.content}\r\n`),
      Buffer.from(`\uFEFF${input.content}\r\n`, 'utf16le'),
      Buffer.from(`\uFEFF${input.content}\n`, 'utf16le').swap16(),
    ]) {
      const { status, requests } = await outcome(bytes);
      expect({ status, requests }).toEqual({ status: plain.status, requests: plain.requests });
    }
  });

  test('refuses bytes that are not UTF-8, and control characters, and sends nothing', async () => {
    const [start, end] = [input.content.slice(0, 12), input.content.slice(12)];
    for (const bytes of [Buffer.from(`${start}\xe9${end}`, 'latin1'), Buffer.from(`${start}\0${end}`)]) {
      const { status, requests } = await outcome(bytes);
      expect([2, 4]).toContain(status);
      expect(requests).toEqual([]);
    }
  });
});

/** A server that says where one signs in, and refuses everything else. */
function refusing() {
  return serve(({ path }, own) =>
    path.includes('/.well-known/') ? { body: discovery(own) } : { status: 400, body: { error: 'invalid_client' } },
  );
}

function discovery(origin: string) {
  return {
    issuer: origin,
    token_endpoint: `${origin}/token`,
    authorization_endpoint: `${origin}/authorize`,
    jwks_uri: `${origin}/jwks`,
    response_types_supported: ['code'],
    grant_types_supported: [
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
  };
}

/** A request without what is another one each time: the text of an assertion that the command has signed. */
function withoutTime({ method, path, form, headers: { authorization } }: Seen) {
  const fields = Object.entries(form).map(([name, value]) => [name, /assertion$/.test(name) && value !== JWT ? 'signed' : value]);
  return { method, path, form: Object.fromEntries(fields), authorization };
}
