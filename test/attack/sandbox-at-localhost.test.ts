import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flowkiwi, type RunOptions } from '../support/flowkiwi.ts';
import { inProcess } from '../support/in-process.ts';
import { homeWith, type Machine, newMachine } from '../support/machines.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { signedInAt } from '../support/signed-in.ts';

interface Way {
  /** The words after `login`; `HOME` stands for the home folder. */
  readonly args: readonly string[];
  readonly run?: typeof inProcess;
  readonly stdin?: () => Promise<string>;
  readonly env?: () => Readonly<Record<string, string>>;
}

let sandbox: RunningSandbox;
let machine: Machine;

const WAYS: Readonly<Record<string, Way>> = {
  'a code on another device': { args: ['--device'], run: flowkiwi },
  'a browser': { args: ['--browser'] },
  'a key file': { args: ['--key-file', 'HOME/key'] },
  'a client secret': {
    args: ['--client-credentials'],
    env: () => ({ FLOWKIWI_CLIENT_ID: machine.clientId, FLOWKIWI_CLIENT_SECRET: machine.clientSecret }),
    run: flowkiwi,
  },
  'the token of a CI': { args: ['--oidc'], env: () => machine.job },
  'a token': { args: ['--with-token'], stdin: () => sandbox.token() },
};

// Its issuer is the address that it listens on.
describe.each([
  ['127.0.0.1', 'localhost'],
  ['::1', '[::1]'],
])('a sandbox at %s, asked for as %s', (host, name) => {
  beforeAll(async () => {
    sandbox = await startSandbox(['--memory', '--auto-approve', '--host', host]);
    machine = await newMachine(sandbox);
  });

  afterAll(() => sandbox?.stop());

  test.each(Object.entries(WAYS))(
    'signs in with %s, works, and renews what can be renewed',
    async (_name, { args, env, stdin, run = inProcess }) => {
      const home = homeWith({ key: machine.keyFile });
      const url = `http://${name}:${new URL(sandbox.url).port}`;
      const options: RunOptions = { home, env: { FLOWKIWI_URL: url, ...env?.() }, stdin: (await stdin?.()) ?? '' };
      const { status, stderr } = await run(['login', ...args.map((word) => word.replace('HOME', home))], options);
      expect([status, stderr]).toEqual([0, expect.stringContaining('Signed in')]);

      const { stored, change } = signedInAt(home, join(home, '.config', 'flowkiwi', 'credentials.json'));
      const { access_token: before, issuer } = stored() ?? {};
      const isRenewable = stdin === undefined;
      if (isRenewable) change({ expires_at: new Date(Date.now() - 1000).toISOString() });
      // That would sign in by itself.
      const { FLOWKIWI_CLIENT_SECRET: _secret, ...later } = options.env ?? {};
      const created = await inProcess(['org', 'create', 'Acme Corp', '-q'], { home, env: later });
      expect(created).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
      expect([issuer, stored()?.['access_token'] !== before]).toEqual([isRenewable ? sandbox.url : undefined, isRenewable]);
    },
  );
});
