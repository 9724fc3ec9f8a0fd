// Takes the pictures of the sandbox's page that the documentation shows, with Chromium, of a sandbox with some of everything in it.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findProgram } from '../test/support/programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { createSandbox } = createRequire(import.meta.url)(join(root, 'dist', 'sandbox.js'));
const folder = join(root, 'docs', 'images');

const SEED = ['Acme Corp', 'Globex', 'Initech', 'Umbrella', 'Hooli'].map((name, index) => {
  const handle = name.toLowerCase().replaceAll(' ', '-');
  const shops = index === 0 ? ['EU', 'US', 'Asia'] : ['EU'];
  return { name, instances: shops.map((shop) => ({ name: `${name} ${shop}`, handle: `${handle}-${shop.toLowerCase()}` })) };
});

const executablePath = findProgram('chromium');
if (executablePath === undefined) throw new Error('Chromium is needed for pictures of the page');
const sandbox = await createSandbox({ seed: SEED, switches: ['duplicateHandle=409'] });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  mkdirSync(folder, { recursive: true });
  await fillLog();
  const desktop = await open({ viewport: { width: 1280, height: 800 } });
  await picture(desktop, 'sandbox-page');
  await desktop.getByRole('button', { name: 'POST /api/organizations, details' }).first().click();
  await desktop.getByRole('heading', { name: 'curl' }).waitFor();
  await picture(desktop, 'sandbox-page-request');
  await picture(await open({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }), 'sandbox-page-dark');
  await picture(await open({ viewport: { width: 360, height: 740 } }), 'sandbox-page-phone');
} finally {
  await browser.close();
  await sandbox.close();
}

/** Requests of each kind. */
async function fillLog() {
  const token = await sandbox.tokens('jane@acme.example');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path, body) => fetch(`${sandbox.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  for (const path of ['/.well-known/openid-configuration', '/oauth/jwks', '/oauth/authorize']) await fetch(`${sandbox.address}${path}`);
  const { id } = await (await post('/api/organizations', { name: 'Zurich Trading' })).json();
  await post(`/api/organizations/${id}/instances`, { name: 'Zurich', handle: 'zurich' });
  await post(`/api/organizations/${id}/instances`, { name: 'Zurich', handle: 'zurich' });
  await fetch(`${sandbox.address}/api/organizations/${id}/instances`, { headers });
  await sandbox.faults({ rules: ['POST /api/organizations=503x2', 'GET /api/*=latency:50-500'] });
  await post('/api/organizations', { name: 'Later' });
  await fetch(`${sandbox.address}/api/organizations/${id}`, { headers });
}

async function open(options) {
  const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
  await page.goto(`${sandbox.address}/_sandbox/#secret=${sandbox.secret}`);
  await page.getByRole('button', { name: 'Zurich Trading', exact: true }).waitFor();
  return page;
}

async function picture(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
