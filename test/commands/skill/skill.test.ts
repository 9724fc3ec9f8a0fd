import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { AGENTS_MARKDOWN } from '../../../src/commands/skill/install.ts';
import { textError } from '../../support/failure.ts';
import { newHome } from '../../support/flowkiwi.ts';
import { inProcess } from '../../support/in-process.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('prints Markdown with a name and a description in front', async () => {
  const { status, stdout, stderr } = await inProcess(['skill']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [, head = '', text] = /^---\n([\s\S]*?)\n---\n\n([\s\S]+)$/.exec(stdout) ?? [];
  expect(parse(head)).toEqual({ name: 'flowkiwi', description: expect.stringMatching(/^.{20,1024}$/) });
  expect(text).toBe(AGENTS_MARKDOWN);
});

test('is the same as the page in docs', () => {
  expect(readFileSync(join(ROOT, 'docs', 'agents.md'), 'utf8')).toBe(AGENTS_MARKDOWN);
});

test('--install puts it into a folder of skills, and replaces its own alone', async () => {
  const folder = join(newHome(), 'skills');
  const path = join(folder, 'flowkiwi', 'SKILL.md');
  for (const _ of ['new', 'again']) {
    expect(await inProcess(['skill', '--install', folder])).toEqual({
      status: 0,
      stdout: `${path}\n`,
      stderr: `Installed the skill in ${path}\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe((await inProcess(['skill'])).stdout);
  }
  writeFileSync(path, 'mine\n');
  const refused = await inProcess(['skill', '--install', folder]);
  expect(refused.status).toBe(5);
  expect(textError(refused).message).toBe(`${path} is a skill of somebody else`);
  expect(readFileSync(path, 'utf8')).toBe('mine\n');
});

test('--install into what is no folder says why', async () => {
  const home = newHome();
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'file'), '');
  const run = await inProcess(['skill', '--install', join(home, 'file')]);
  expect(run.status).toBe(2);
  expect(textError(run).message).toMatch(/SKILL\.md cannot be written \(ENOTDIR\)$/);
  expect(existsSync(join(home, 'file', 'flowkiwi'))).toBe(false);
});
