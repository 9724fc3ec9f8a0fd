import { describe, expect, it, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { flowkiwi } from '../../src/hint.ts';
import { createMessages, type Messages } from '../../src/output/messages.ts';
import { collectedOutput } from '../support/collected-output.ts';

async function said(options: { json?: boolean; quiet?: boolean; colour?: 0 | 1 }, speak: (messages: Messages) => Promise<void>) {
  const stderr = collectedOutput();
  const { colour = 0, json = false, quiet = false } = options;
  await speak(createMessages({ stderr, colour, json, quiet, commands: { shell: 'posix', profile: undefined } }));
  return stderr.text();
}

const TAKEN = new CliError('conflict', 'the handle "acme-eu" is taken', {
  hint: 'choose another with --handle',
  status: 422,
  violations: [
    { field: 'handle', message: 'This value is already used.' },
    { field: '', message: 'Not acceptable.' },
  ],
  requestId: 'req-1',
});

const HOSTILE = new CliError('invalid', 'a\x1b[2J\nhint: run this', { hint: '\u202e', violations: [{ field: '\x9b', message: '\x07' }] });

describe('error', () => {
  test.each<[string, CliError, string]>([
    ['alone', new CliError('internal', 'it broke'), 'error: it broke\n'],
    [
      'with everything',
      TAKEN,
      'error: the handle "acme-eu" is taken\n  handle: This value is already used.\n  Not acceptable.\n  request id: req-1\nhint: choose another with --handle\n',
    ],
    [
      "the server's words beneath ours",
      new CliError('conflict', 'it is taken', { detail: 'Taken.', hint: 'h' }),
      'error: it is taken\n  Taken.\nhint: h\n',
    ],
    ["the server's words in ours", new CliError('auth', 'refused: Expired.', { detail: 'Expired.' }), 'error: refused: Expired.\n'],
    [
      "the server's words that list the violations",
      new CliError('invalid', 'refused', { detail: 'name: Too long.', violations: [{ field: 'name', message: 'Too long.' }] }),
      'error: refused\n  name: Too long.\n',
    ],
    ["the server's words made safe", new CliError('conflict', 'x', { detail: '\x1b[2J' }), 'error: x\n  \\x1b[2J\n'],
    ['made safe', HOSTILE, 'error: a\\x1b[2J\\nhint: run this\n  \\x9b: \\x07\nhint: \\u202e\n'],
  ])('%s', async (_name, error, text) => {
    expect(await said({}, (messages) => messages.error(error))).toBe(text);
    expect(await said({ quiet: true }, (messages) => messages.error(error))).toBe(text);
  });

  it('is one line of JSON with the same keys always', async () => {
    expect(await said({ json: true }, (messages) => messages.error(TAKEN))).toBe(
      '{"error":{"code":"conflict","message":"the handle \\"acme-eu\\" is taken","detail":null,"hint":"choose another with --handle","status":422,' +
        '"violations":[{"field":"handle","message":"This value is already used."},{"field":"","message":"Not acceptable."}],"request_id":"req-1","retry_after":null}}\n',
    );
    expect(await said({ json: true }, (messages) => messages.error(new CliError('auth', 'not signed in')))).toBe(
      '{"error":{"code":"auth","message":"not signed in","detail":null,"hint":null,"status":null,"violations":[],"request_id":null,"retry_after":null}}\n',
    );
  });

  it('keeps hostile text exact and harmless in JSON', async () => {
    const text = await said({ json: true }, (messages) => messages.error(HOSTILE));
    expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(JSON.parse(text).error).toMatchObject({ message: HOSTILE.message, hint: '\u202e', violations: HOSTILE.violations });
  });

  it('shows no cause', async () => {
    const error = new CliError('unavailable', 'no answer', { cause: new Error('secret-token') });
    expect(await said({}, (messages) => messages.error(error))).not.toContain('secret-token');
    expect(await said({ json: true }, (messages) => messages.error(error))).not.toContain('secret-token');
  });
});

const SPEECHES: readonly [name: string, speak: (messages: Messages) => Promise<void>, plain: string, quiet: string, json?: string][] = [
  ['success', (messages) => messages.success('created "Acme" (p-1)'), 'created "Acme" (p-1)\n', ''],
  ['next', (messages) => messages.next(flowkiwi('instance', 'create')), 'next: flowkiwi instance create\n', ''],
  ['notice', (messages) => messages.notice('two of three'), 'two of three\n', ''],
  [
    'warning',
    (messages) => messages.warning('file is readable by others'),
    'warning: file is readable by others\n',
    'warning: file is readable by others\n',
  ],
  [
    'alert',
    (messages) => messages.alert('file is readable by others'),
    'warning: file is readable by others\n',
    'warning: file is readable by others\n',
    '{"warning":{"message":"file is readable by others"}}\n',
  ],
  ['hostile success', (messages) => messages.success('\x1b]0;x\x07\n'), '\\x1b]0;x\\x07\\n\n', ''],
];

describe('everything else', () => {
  test.each(SPEECHES)('%s', async (_name, speak, plain, quiet, json = '') => {
    expect(await said({}, speak)).toBe(plain);
    expect(await said({ quiet: true }, speak)).toBe(quiet);
    expect(await said({ json: true }, speak)).toBe(json);
    expect(await said({ json: true, quiet: true }, speak)).toBe(json);
  });

  it('is coloured when the stream is', async () => {
    expect(await said({ colour: 1 }, (messages) => messages.warning('x'))).toBe('\x1b[33mwarning:\x1b[39m x\n');
    expect(await said({ colour: 1 }, (messages) => messages.success('\x1b[31mx'))).toBe('\x1b[32m\\x1b[31mx\x1b[39m\n');
  });
});
