// @module-tag chromium
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { checkAccessibility } from '../support/accessibility.ts';
import { openPage } from '../support/browser.ts';
import { MANY_STEPS, openSandboxPage, part } from '../support/sandbox-page.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

/** What has the focus, and whether it can be seen there: of a radio button its group shows it. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return 'outside';
  const { outlineStyle } = getComputedStyle(element.type === 'radio' ? element.closest('fieldset') : element);
  const name = element.id || element.dataset.act || element.ariaLabel || element.textContent;
  return outlineStyle === 'none' ? 'unseen: ' + name : name;
})()`;

let sandbox: RunningSandbox;

/** Some of everything. */
beforeAll(async () => {
  sandbox = await startSandbox();
  const headers = { authorization: `Bearer ${await sandbox.token()}`, 'content-type': 'application/json' };
  const post = async (path: string, body: object): Promise<unknown> =>
    (await fetch(`${sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  await fetch(`${sandbox.url}/.well-known/openid-configuration`);
  await fetch(`${sandbox.url}/oauth/authorize?state=1`);
  const { id } = Object(await post('/api/organizations', { name: 'Acme Corp' }));
  for (const letter of 'abcdefg') await post(`/api/organizations/${id}/instances`, { name: `Acme ${letter}`, handle: `acme-${letter}` });
  await post('/api/organizations', { name: 'A very long name without any place to break it'.replaceAll(' ', '').repeat(5) });
  await post('/api/organizations', { name: '' });
  await post('/v2/organizations', { name: 'Hooli' });
  await sandbox.control('faults', { rules: ['POST /api/organizations=503x1', 'GET /api/*=latency:50-500'] });
  await post('/api/organizations', { name: 'Fails' });
  await sandbox.control('switches', { switches: ['duplicateHandle=409'] });
}, MANY_STEPS.timeout);

afterAll(async () => {
  await sandbox?.stop();
});

test('an empty page, and one that is locked', MANY_STEPS, async () => {
  const own = await startSandbox();
  onTestFinished(async () => void (await own.stop()));
  const page = await openSandboxPage(own);
  await part(page, 'Organizations and instances').getByText('There is no organization yet.').waitFor();
  await checkAccessibility(page, 'empty');
  const locked = await openPage({ javaScriptEnabled: true });
  await locked.goto(`${own.url}/_sandbox/`);
  await locked.getByText('This page is locked').waitFor();
  await checkAccessibility(locked, 'locked');
});

test('a page with some of everything', MANY_STEPS, async () => {
  const page = await openSandboxPage(sandbox);
  await page.getByRole('button', { name: 'Acme Corp', exact: true }).waitFor();
  await page
    .getByRole('button', { name: /sign-in requests/ })
    .first()
    .click();
  await checkAccessibility(page, 'filled');
  await page.getByText('ZITADEL', { exact: true }).click();
  await page.getByRole('button', { name: 'Hooli', exact: true }).waitFor();
  await checkAccessibility(page, 'ZITADEL');
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await page.getByLabel('Effect').fill('nonsense');
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await page.getByText('is not a fault rule').waitFor();
  await checkAccessibility(page, 'a rule that is none');
});

test.each<[name: string, opener: string | RegExp, dialog: string]>([
  ['an organization', 'Acme Corp', 'organization Acme Corp'],
  ['an instance', 'Acme g', 'instance Acme g'],
  ['a request', /^POST \/api\/organizations, details$/, 'request POST /api/organizations'],
  ['a new organization', 'New organization', 'New organization'],
  ['the question before a reset', 'Reset…', 'Reset the sandbox?'],
])('%s, opened', MANY_STEPS, async (name, opener, dialog) => {
  const page = await openSandboxPage(sandbox);
  await page.getByRole('button', { name: opener, exact: true }).first().click();
  await page.getByRole('dialog', { name: dialog, exact: true }).waitFor();
  await checkAccessibility(page, name);
});

test('the question before something is deleted, over a panel, and what was refused in a form', MANY_STEPS, async () => {
  const page = await openSandboxPage(sandbox);
  await page.getByRole('button', { name: 'Acme Corp', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('This deletes an organization with its 7 instances.').waitFor();
  await checkAccessibility(page, 'a deletion');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').getByRole('button', { name: 'New instance' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('This value should not be blank.').first().waitFor();
  await checkAccessibility(page, 'a refused form');
});

test('a screen reader finds its way, and is told only whether the page is live, until something is done', async () => {
  const page = await openSandboxPage(sandbox);
  expect(await page.locator('h1, h2').allTextContents()).toEqual(
    expect.arrayContaining(['Flowkiwi sandbox', 'Organizations and instances', 'Requests', 'Faults', 'Switches']),
  );
  expect(await page.getByRole('columnheader').allTextContents()).toEqual(['Time', 'Method', 'Path', 'Status', 'Took']);
  const told = await page.locator('[aria-live], [role=status], [role=alert], [role=log]').allTextContents();
  expect(told.filter((text) => text !== '')).toEqual(['Live']);
});

test('every control is reached by the keyboard, and seen when it is', MANY_STEPS, async () => {
  const page = await openSandboxPage(sandbox);
  await page.getByRole('button', { name: 'Acme Corp', exact: true }).waitFor();
  const reached: string[] = [];
  const wanted = await page.locator('main :is(button, input:not([type=radio]), select):visible').count();
  for (let tabs = 0; tabs < 400; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(FOCUSED);
    if (focused === 'outside' || reached.includes(focused)) break;
    reached.push(focused);
  }
  expect(reached.filter((name) => name.startsWith('unseen'))).toEqual([]);
  expect(reached.length).toBeGreaterThanOrEqual(wanted);
});
