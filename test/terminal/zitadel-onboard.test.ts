import { afterAll, beforeAll, expect, test } from 'vitest';
import { startZitadel, type Zitadel } from '../support/servers/zitadel.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.stop());

async function answer(terminal: Terminal, question: string, text: string): Promise<void> {
  await terminal.shows(question);
  if (text !== '') terminal.type(text);
  terminal.press('Enter');
}

async function describePerson(terminal: Terminal, who: string): Promise<void> {
  await answer(terminal, `? Login name of its ${who}:`, 'jd');
  await answer(terminal, '? First name:', 'Jane');
  await answer(terminal, '? Last name:', 'Doe');
  await answer(terminal, '? Mail address:', 'jane@acme.example');
  await answer(terminal, '? Password (', '');
}

async function environment(): Promise<Record<string, string>> {
  return { FLOWKIWI_TOKEN: await zitadel.sandbox.token() };
}

test('onboard asks for an organization and its administrator, and again for a name that is taken', { tags: ['tmux'] }, async () => {
  await zitadel.quick(['org', 'create', 'Taken']);
  const terminal = openTerminal(['onboard'], { home: zitadel.home(), env: await environment(), columns: 140 });
  await answer(terminal, '> An organization', '');
  await terminal.shows(/^> Sandbox {2,}\d+$/m);
  terminal.press('Up');
  await answer(terminal, '> Create a new organization', '');
  await answer(terminal, '? Name of the organization:', 'taken');
  await terminal.shows(/^warning: there is an organization Taken \(\d+\) already; names are unique$/m);
  await answer(terminal, '? Name of the organization:', 'Acme Corp');
  await describePerson(terminal, 'administrator');
  const { status, screen } = await terminal.ended();
  expect(status).toBe(0);
  expect(screen).toMatch(
    /\nInstance "ZITADEL" \(localhost\)\n└─ Organization "Acme Corp" \(acme-corp\.localhost\)\nnext: flowkiwi org get \d+$/,
  );
});

test('onboard asks for an instance and the person who owns it', { tags: ['tmux'] }, async () => {
  const terminal = openTerminal(['onboard'], { home: zitadel.home(), columns: 140 });
  await terminal.shows('> An organization');
  terminal.press('Down');
  await answer(terminal, '> A new instance', '');
  await answer(terminal, '> A person', '');
  await answer(terminal, '? Name of the instance:', 'Acme EU');
  await describePerson(terminal, 'owner');
  const { status, screen } = await terminal.ended();
  expect(status).toBe(0);
  expect(screen).toMatch(/\nInstance "Acme EU" \(acme-eu-\w{6}\.localhost\)\n└─ Organization "Acme EU"\n/);
});

test('onboard goes on in an organization that is there, and creates nothing', { tags: ['tmux'] }, async () => {
  const id = (await zitadel.quick(['org', 'create', 'Here Already', '-q'])).stdout.trim();
  const terminal = openTerminal(['onboard'], { home: zitadel.home(), env: await environment(), columns: 140 });
  await answer(terminal, '> An organization', '');
  await terminal.shows('Here Already');
  terminal.type('here');
  await answer(terminal, '> Here Already', '');
  const { status, screen } = await terminal.ended();
  expect(status).toBe(0);
  expect(screen).toContain(
    `\nThe current organization is Here Already (${id})\nInstance "ZITADEL" (localhost)\n└─ Organization "Here Already"`,
  );
  expect(screen).toMatch(/\nnext: flowkiwi org member list$/);
});
