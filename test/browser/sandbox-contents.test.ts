// @module-tag chromium
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { clipboardOf, MANY_STEPS, openSandboxPage, part } from '../support/sandbox-page.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';

const CONTENTS = 'Organizations and instances';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
}, MANY_STEPS.timeout);

afterAll(async () => {
  await sandbox?.stop();
});

test('an organization and an instance are made, renamed and deleted on the page, by the keyboard alone', MANY_STEPS, async () => {
  const page = await openSandboxPage(sandbox);
  const contents = part(page, CONTENTS);
  const { keyboard } = page;
  await contents.getByRole('button', { name: 'New organization' }).focus();
  await keyboard.press('Enter');
  await keyboard.type('Acme Corp');
  await keyboard.press('Tab');
  await keyboard.type('owner@acme.example');
  await keyboard.press('Enter');
  const root = contents.getByRole('button', { name: 'Acme Corp', exact: true });
  await root.waitFor();
  await contents.getByText('owner@acme.example · 0 instances').waitFor();
  expect(await contents.getByRole('time').first().getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);

  await root.focus();
  await keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'organization Acme Corp' });
  await panel.getByRole('button', { name: 'New instance' }).focus();
  await keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'New instance in Acme Corp' });
  await question.waitFor();
  await keyboard.type('Acme EU');
  await keyboard.press('Tab');
  await keyboard.type('Not a handle');
  await keyboard.press('Enter');
  await question.getByRole('alert').getByText('handle: This value is not valid.').waitFor();
  // What is wrong has the focus, so that it can be typed over.
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('acme-eu');
  await keyboard.press('Enter');
  await panel.getByRole('button', { name: 'Acme EU', exact: true }).waitFor();
  await panel.getByRole('button', { name: 'Rename' }).focus();
  await keyboard.press('Enter');
  await keyboard.type('Acme Ltd');
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'organization Acme Ltd' }).waitFor();
  await keyboard.press('Escape');
  const renamed = contents.getByRole('button', { name: 'Acme Ltd', exact: true });
  await expect.poll(() => renamed.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);

  await contents.getByRole('button', { name: 'Acme EU', exact: true }).click();
  await page.getByRole('dialog', { name: 'instance Acme EU' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Acme EU?' }).getByRole('button', { name: 'Delete' }).click();
  await contents.getByText('owner@acme.example · 0 instances').waitFor();
  await renamed.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Acme Ltd?' }).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Acme Ltd?' }).getByRole('button', { name: 'Delete' }).click();
  await renamed.waitFor({ state: 'detached' });
  await page.locator('#contents-heading:focus').waitFor();
});

test("ZITADEL's instances and organizations are made and deleted there, too", MANY_STEPS, async () => {
  const page = await openSandboxPage(sandbox);
  const contents = part(page, CONTENTS);
  await contents.getByText('ZITADEL', { exact: true }).click();
  await contents.getByRole('button', { name: 'New instance' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Hooli');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await contents.getByRole('button', { name: 'Hooli', exact: true }).first().click();
  const panel = page.getByRole('dialog', { name: 'instance Hooli' });
  await panel.getByRole('button', { name: 'New organization' }).click();
  await page.getByLabel('Name').fill('Nucleus');
  await page.getByRole('button', { name: 'Create' }).click();
  await panel.getByRole('button', { name: 'Nucleus', exact: true }).click();
  await page.getByRole('dialog', { name: 'organization Nucleus' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Nucleus?' }).getByRole('button', { name: 'Delete' }).click();
  await contents.getByRole('button', { name: 'Nucleus', exact: true }).waitFor({ state: 'detached' });
  await contents.getByText('jane@acme.example').first().waitFor();
});

test('what is more than a page is searched by the sandbox and turned a page at a time', MANY_STEPS, async () => {
  const own = await startSandbox();
  onTestFinished(async () => void (await own.stop()));
  for (let number = 0; number < 60; number += 1) await own.control('organizations', { name: `Customer ${number}` });
  const page = await openSandboxPage(own);
  const contents = part(page, CONTENTS);
  await contents.getByText('1 to 25 of 60 organizations, the newest first').waitFor();
  expect(await contents.locator('.root').count()).toBe(25);
  await contents.getByRole('button', { name: 'Older' }).click();
  await contents.getByText('26 to 50 of 60').waitFor();
  await contents.getByLabel('Search').fill('customer 4');
  await contents.getByRole('button', { name: 'Customer 4', exact: true }).waitFor();
  await contents.getByText('11 organizations', { exact: true }).waitFor();
  await contents.getByLabel('Search').fill('nobody');
  await contents.getByText('Nothing has “nobody” in its name').waitFor();
});

test('everything is deleted after a question, and the empty page says which commands fill it, for its own port', MANY_STEPS, async () => {
  const own = await startSandbox();
  onTestFinished(async () => void (await own.stop()));
  const page = await openSandboxPage(own, { permissions: ['clipboard-read', 'clipboard-write'] });
  const contents = part(page, CONTENTS);
  await own.control('organizations', { name: 'Gone soon' });
  await contents.getByRole('button', { name: 'Copy the id of Gone soon' }).click();
  expect(await clipboardOf(page)).toMatch(/^[\da-f-]{36}$/);
  await page.getByRole('button', { name: 'Reset…' }).click();
  await page.getByRole('dialog', { name: 'Reset the sandbox?' }).getByRole('button', { name: 'Delete everything' }).click();
  await page.getByRole('status').getByText('Deleted 1 organization and 0 instances').waitFor();
  await contents.getByText(`FLOWKIWI_URL=${own.url} flowkiwi --profile sandbox org create "Acme Corp"`).waitFor();
  await contents.getByText('ZITADEL', { exact: true }).click();
  await contents.getByText(`FLOWKIWI_URL=${own.url} flowkiwi --profile sandbox-zitadel login`).waitFor();
});
