import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEHAVIOURS, BUILT_ONLY, homeThatKnows, succeeding } from '../support/every-command.ts';
import { newHome } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { onPseudoTerminal } from '../support/pseudo-terminal.ts';
import { type FateName, type PoisonedServer, startPoisonedServer } from '../support/servers/poisoned-server.ts';

/** Writes the clipboard (OSC 52), hides an address behind a link (OSC 8), moves the cursor, colours, reverses (bidi), and forges lines of ours. */
const POISON =
  'Acme\x1b]52;c;cHduZWQ=\x07\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\\x1b[35m\x1b[2J\x9b31m\x9d0;title\x9c\u202egnp.exe\u2066\u200b\x08\x7f\x85' +
  '\rerror: forged\nhint: forged\u2028next: forged';

/** What of it must not reach a terminal: control characters but line ends and tabs, and what changes the order of letters or hides. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069]/u;
/** Colours of our own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOURS = /\x1b\[(?:0|1|2|22|3[12346]|39)m/g;
/** How a prompt moves the cursor on its own lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const MOVES = /\x1b\[(?:\?25[lh]|\d*[ABCDGJK]|\?2004[lh])|\r/g;

/** How a line that shows how far a run is takes the place of the one before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const AGAIN = /\r\x1b\[K/g;

function expectSafe(output: string): void {
  expect(output.replace(COLOURS, '').replace(AGAIN, '')).not.toMatch(UNSAFE);
  expect(output).not.toMatch(/^(?:error|hint|next): forged/m);
}

let server: PoisonedServer;

beforeAll(async () => {
  server = await startPoisonedServer(POISON);
});

afterAll(() => server?.close());

const CALLS = Object.entries(BEHAVIOURS).filter(([call]) => !BUILT_ONLY.includes(call) && !call.startsWith('sandbox '));
const FORMS: readonly (readonly string[])[] = [
  [],
  ['--json'],
  ['--jq', '., (.. | strings)'],
  ['-o', 'yaml'],
  ['-o', 'tsv'],
  ['-o', 'table'],
  ['-q'],
  ['--debug'],
  ['--color', 'always'],
];
const SEEN: readonly FateName[] = ['200', 'taken', '422', 'lost'];

describe.concurrent('text of a server in every command, on a terminal', () => {
  test.each(CALLS)('%s', async (call, behaviour) => {
    const runs = SEEN.flatMap((fate) => FORMS.map((form) => ({ url: server.url(fate), form })));
    await Promise.all(
      runs.map(async ({ url, form }) => {
        const { args, options } = succeeding(call, behaviour, { url, sandbox: url }, form);
        const { stdout, stderr } = await inProcess(args, { ...options, isTerminal: true });
        expectSafe(stdout + stderr);
      }),
    );
  });
});

describe.concurrent('on a pseudo-terminal', { tags: ['script'] }, () => {
  const token = { FLOWKIWI_TOKEN: 'token' };

  test.for(CALLS)('%s', async ([call, behaviour]) => {
    for (const fate of ['200', '422'] as const) {
      const url = server.url(fate);
      const { args, options } = succeeding(call, behaviour, { url, sandbox: url }, []);
      const { stdin, ...rest } = options;
      const script = stdin === undefined ? '"$@"' : `printf %s '${stdin}' | "$@"`;
      expectSafe((await onPseudoTerminal(args, { ...rest, columns: 100, script })).output);
    }
  });

  test('keys of an answer as headings', async () => {
    const env = { ...token, FLOWKIWI_URL: server.url('200') };
    for (const form of ['table', 'tsv', 'json', 'yaml']) {
      const { output, status } = await onPseudoTerminal(['api', '/api/poisoned-keys', '-o', form], { env, columns: 100 });
      expect(status).toBe(0);
      expectSafe(output);
    }
  });

  // The answer is given when the question has been asked, and it is a wrong one, which the refusal repeats.
  test.for<[what: string, args: readonly string[], sees: string, env: Readonly<Record<string, string>>]>([
    ['the name of what is deleted', ['org', 'delete', '1'], 'to delete organization', {}],
    [
      'what is transferred, and where to',
      ['instance', 'transfer', '0196f3a0-1111-7000-8000-000000000002', '--to', 'another', '--org', '1'],
      'Transfer instance',
      {},
    ],
    ['the organization to go on in', ['onboard', '--instance-name', 'Acme EU', '--handle', 'acme-eu'], 'Create a new organization', {}],
    [
      'another handle',
      ['onboard', '--org-name', 'Acme', '--instance-name', 'Acme EU', '--handle', 'acme-eu'],
      'is taken',
      { FATE: 'taken' },
    ],
  ])('a question about %s, and what it says to a wrong answer', async ([_what, args, sees, { FATE: fate = '200', ...more }]) => {
    const url = server.url(fate === 'taken' ? 'taken' : '200');
    const home = homeThatKnows(url, [{ id: '1', name: POISON }]);
    const env = { ...token, ...more, FLOWKIWI_URL: url };
    const { output } = await onPseudoTerminal(args, { env, home, columns: 100, person: { sees, types: 'wrong\r\x03' } });
    expect(output).toContain(sees);
    expectSafe(output.replace(MOVES, ''));
  });

  test('a wait that is told of', async () => {
    const env = { ...token, FLOWKIWI_URL: server.url('busy') };
    const { output } = await onPseudoTerminal(['org', 'get', '1', '--timeout', '5s'], { env, home: newHome(), columns: 100 });
    expect(output).toContain('trying again in 3 s');
    expectSafe(output);
  });
});
