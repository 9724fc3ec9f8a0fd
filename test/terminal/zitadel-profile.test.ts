import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newHome } from '../support/flowkiwi.ts';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let zitadel: Zitadel;
let token: string;

beforeAll(async () => {
  zitadel = await startZitadel();
  token = await zitadel.sandbox.token();
});

afterAll(() => zitadel.sandbox.stop());

/** A token of somebody who may not create projects. */
async function weakToken(): Promise<string> {
  await zitadel.sandbox.control('zitadel/members', { email: 'kim@acme.example', roles: ['ORG_USER_MANAGER'] });
  return zitadel.sandbox.token('kim@acme.example');
}

describe('profile add --provider zitadel at a terminal', { tags: ['tmux'] }, () => {
  const QUESTION = '? Create it now?';
  const CLIENT_ID = '? Client id of the app (Enter to leave it for later):';

  function add(name: string, url = zitadel.sandbox.url, env: Readonly<Record<string, string>> = {}): Terminal {
    return openTerminal(['profile', 'add', name, '--provider', 'zitadel', '--url', url], { columns: 140, home: newHome(), env });
  }

  test('creates the app with a token that is pasted', async () => {
    const terminal = add('work');
    const screen = await terminal.shows(QUESTION);
    expect(screen).toContain(`${zitadel.sandbox.url}/ui/console/projects`);
    expect(screen).toMatch(/redirect URI +http:\/\/127\.0\.0\.1\/callback/);
    terminal.type('y');
    terminal.press('Enter');
    await terminal.shows('? Key file of a service account');
    terminal.press('Enter');
    await terminal.shows('? Paste the token');
    terminal.paste(token);
    terminal.press('Enter');
    const { status, screen: end } = await terminal.ended();
    expect(status).toBe(0);
    const [, clientId] = /(?:Created|Found) app flowkiwi \(client id (\d+)\)/.exec(end) ?? [];
    expect(end).toContain('next: flowkiwi --profile work login');
    expect(clientId).toBeDefined();
    expect(JSON.parse((await zitadel.quick(['profile', 'show', 'work', '--json'], { home: terminal.home })).stdout).client_id).toBe(
      clientId,
    );
  });

  test('takes the client id of one that was created in the console', async () => {
    const terminal = add('work');
    await terminal.shows(QUESTION);
    terminal.press('Enter');
    await terminal.shows(CLIENT_ID);
    terminal.type('1234@x');
    terminal.press('Enter');
    expect((await terminal.ended()).status).toBe(0);
    expect(JSON.parse((await zitadel.quick(['profile', 'show', 'work', '--json'], { home: terminal.home })).stdout).client_id).toBe(
      '1234@x',
    );
  });

  test('a token that may not create it leaves the question for the client id', async () => {
    const terminal = add('work', undefined, { FLOWKIWI_TOKEN: await weakToken() });
    await terminal.shows(QUESTION);
    terminal.type('y');
    terminal.press('Enter');
    await terminal.shows(/^warning: .*No matching permissions found/m);
    await terminal.shows(CLIENT_ID);
    terminal.press('Enter');
    const { status, screen } = await terminal.ended();
    expect(status).toBe(0);
    expect(screen).toContain('next: flowkiwi --profile work auth app create');
  });

  test('an address where no sign-in server is asks whether it is meant', async () => {
    const terminal = add('work', `${zitadel.sandbox.url}/nothing/here`);
    await terminal.shows(QUESTION);
    terminal.press('C-c');
    expect((await terminal.ended()).status).toBe(130);
    const other = add('work', 'http://127.0.0.1:9');
    await other.shows('? Add the profile all the same?');
    other.press('Enter');
    expect((await other.ended()).status).toBe(130);
  });
});
