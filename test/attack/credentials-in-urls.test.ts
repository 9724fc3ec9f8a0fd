import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textError } from '../support/failure.ts';
import { FLOWKIWI, flowkiwi, newHome } from '../support/flowkiwi.ts';

/** Made of pieces that no message has by chance: wherever the value is cut, what is left of the password has one of them. */
const PIECES = ['zebra', 'quokka', '4711'];
const VALUES = [
  'https://jane:zebra@quokka/4711@127.0.0.1:1',
  'https://jane:4711/quokka@127.0.0.1:1',
  'https://jane:4711#quokka@127.0.0.1:1',
  'https://jane:4711?quokka@127.0.0.1:1',
  'https://jane:4711\\quokka@127.0.0.1:1',
  // A token in place of a user and a password.
  'https://zebra/quokka@127.0.0.1:1',
  'https:/jane:zebra@quokka',
  'jane:zebra@quokka/4711@127.0.0.1:1',
];

const USE = ['org', 'get', 'x', '--timeout', '2s', '--debug'];
const FLOWKIWI_URL = 'https://identity.invalid';

interface Way {
  readonly args: (value: string) => readonly string[];
  readonly env?: (value: string) => Readonly<Record<string, string>>;
}

/** Every way in for a URL in which a person may have put a password. */
const WAYS: Readonly<Record<string, Way>> = {
  HTTPS_PROXY: { args: () => USE, env: (value) => ({ HTTPS_PROXY: value }) },
  HTTP_PROXY: { args: () => USE, env: (value) => ({ HTTP_PROXY: value }) },
  FLOWKIWI_URL: { args: () => USE, env: (value) => ({ FLOWKIWI_URL: value }) },
  FLOWKIWI_ISSUER: { args: () => USE, env: (value) => ({ FLOWKIWI_ISSUER: value }) },
  '--issuer': { args: (value) => ['login', '--device', '--issuer', value, '--debug'] },
  '--url': { args: (value) => ['profile', 'add', 'x', '--url', value] },
  'the path': { args: (value) => ['api', value, '--debug'] },
};

const environment = ({ env }: Way, value: string) => ({ FLOWKIWI_TOKEN: 'opaque-token', FLOWKIWI_URL, ...env?.(value) });

describe.concurrent('a password in a URL, with characters that end it early: no piece of it is shown', () => {
  test.for(Object.entries(WAYS).flatMap(([source, way]) => VALUES.map((value) => [source, value, way] as const)))(
    '%s: %s',
    async ([source, value, way], { expect }) => {
      const run = await flowkiwi(way.args(value), { env: environment(way, value) });
      for (const piece of PIECES) expect(run.stdout + run.stderr).not.toContain(piece);
      expect([run.status, textError(run).message]).toEqual([2, expect.stringContaining(source)]);
    },
  );
});

test.each(['HTTPS_PROXY', 'FLOWKIWI_URL'])('nor is a piece of it in %s looked up', { tags: ['strace'] }, (source) => {
  const way = WAYS[source];
  if (way === undefined) throw new Error(source);
  for (const value of VALUES) {
    const log = join(mkdtempSync(join(tmpdir(), 'flowkiwi-trace-')), 'network');
    const command = ['-f', '-qq', '-s', '4096', '-e', 'trace=network,write', '-o', log, process.execPath, FLOWKIWI, ...way.args(value)];
    const env = { PATH: process.env['PATH'], HOME: newHome(), ...environment(way, value) };
    expect(() => execFileSync('strace', command, { env, stdio: 'pipe' })).toThrow();
    const calls = readFileSync(log, 'utf8');
    // What is traced is the whole command, up to its error.
    expect(calls).toContain('error: ');
    for (const piece of PIECES) expect([value, calls]).toEqual([value, expect.not.stringContaining(piece)]);
  }
});
