import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newHome } from '../support/flowkiwi.ts';
import { ownPort } from '../support/own-port.ts';
import { startSignIn } from '../support/pending-sign-in.ts';
import { listen } from '../support/servers/listen.ts';
import { startSandbox } from '../support/servers/sandbox.ts';
import { openTerminal, until } from '../support/terminal.ts';

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('sandbox start', () => {
  test.each(SIGNALS)('%s closes it: exit %d, the port is free again, and its data is kept', async (signal, status) => {
    const data = join(newHome(), 'sandbox.db');
    const args = ['--data', data, '--port', String(await ownPort())];
    const first = await startSandbox(args);
    const token = await first.token();
    const read = async (url: string) => {
      const response = await fetch(`${url}/api/organizations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Acme Corp' }),
      });
      return response.status;
    };
    expect(await read(first.url)).toBe(201);
    expect(await first.stop(signal)).toBe(status);
    expect(await isOpen(first.url)).toBe(false);

    const again = await startSandbox(args);
    expect(again.url).toBe(first.url);
    // The token is in the data as well.
    expect(await read(again.url)).toBe(201);
    await again.stop();
  });

  test('Ctrl-C on a terminal: one line says that it has closed, and where its data is', { tags: ['tmux'] }, async () => {
    const terminal = openTerminal(['sandbox', 'start', '--port', '0'], { columns: 160 });
    const screen = await terminal.shows(/^next: FLOWKIWI_URL=\S+ flowkiwi --profile sandbox login$/m);
    const url = /^http:\S+$/m.exec(screen)?.[0] ?? '';
    expect(await isOpen(url)).toBe(true);
    terminal.press('C-c');
    const ending = await terminal.ended();
    const path = join(terminal.home, '.local', 'state', 'flowkiwi', 'sandbox.db');
    expect(ending.status).toBe(130);
    expect(ending.screen.split('\n').slice(-2)).toEqual(['^C', `The sandbox has closed; its data is kept in ${path}`]);
    expect(await isOpen(url)).toBe(false);
  });

  test('a second signal does not wait for a request that does not end', { tags: ['tmux'] }, async () => {
    const terminal = openTerminal(['sandbox', 'start', '--port', '0', '--memory']);
    const screen = await terminal.shows('next: ');
    const url = /^http:\S+$/m.exec(screen)?.[0] ?? '';
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`POST /api/organizations HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`);
    await once(socket, 'data');
    terminal.press('C-c');
    // Two signals at once would be one.
    await until(
      async () => !(await isOpen(url)),
      () => 'the first signal changes nothing',
    );
    terminal.press('C-c');
    const ending = await terminal.ended();
    expect(ending.status).toBe(130);
    expect(ending.screen).not.toContain('The sandbox has closed');
  });
});

describe('a request that is never answered', () => {
  async function silentServer(): Promise<{ url: string; requests: () => number; connections: () => Promise<number> }> {
    let requests = 0;
    const server = createServer(() => {
      requests += 1;
    });
    const { origin } = await listen(server);
    onTestFinished(() => void server.close().closeAllConnections());
    return {
      url: origin,
      requests: () => requests,
      connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    };
  }

  const commands = [
    ['org', 'get', 'x'],
    ['org', 'create', 'Acme Corp'],
    ['login', '--device'],
  ];
  test.each(commands.flatMap((args) => SIGNALS.map(([signal, status]) => ({ args, signal, status }))))(
    '$signal during $args: exit $status, nothing on stdout, no further request, the connection closed',
    async ({ args, signal, status }) => {
      const server = await silentServer();
      const env = { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'a-token' };
      const command = startSignIn([...args, '--json'], { env });
      await until(
        () => server.requests() > 0,
        () => 'no request came',
      );
      command.process.kill(signal);
      const ended = await command.ended;
      expect(ended).toMatchObject({ status, stdout: '' });
      expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: signal === 'SIGINT' ? 'interrupted' : 'terminated' } });
      expect(server.requests()).toBe(1);
      await until(
        async () => (await server.connections()) === 0,
        () => 'the connection stays open',
      );
    },
  );

  test('Ctrl-C on a terminal leaves nothing but ^C', { tags: ['tmux'] }, async () => {
    const server = await silentServer();
    const terminal = openTerminal(['org', 'get', 'x'], { env: { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'a-token' } });
    await until(
      () => server.requests() > 0,
      () => 'no request came',
    );
    terminal.press('C-c');
    expect(await terminal.ended()).toEqual({ status: 130, screen: '^C' });
  });

  test('Ctrl-C during a create says that it may have happened, and what to check', { tags: ['tmux'] }, async () => {
    const server = await silentServer();
    const env = { FLOWKIWI_URL: server.url, FLOWKIWI_TOKEN: 'a-token' };
    const terminal = openTerminal(['org', 'create', 'Acme Corp'], { columns: 250, env });
    await until(
      () => server.requests() > 0,
      () => 'no request came',
    );
    terminal.press('C-c');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(130);
    expect(screen).toMatch(/^error: interrupted: organization "Acme Corp" may or may not have been created\nhint: .+$/m);
  });
});
