// Runs a part of the tests where nothing is installed but Node.js, npm, sh, git and coreutils. Fails unless they pass, and unless the summary
// names every program that tests may start: that part has to have a test for each.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PROGRAM_NAMES, PROGRAMS } from '../test/support/programs.mjs';

const PART = [
  'test/attack/disk.test.ts',
  'test/attack/surroundings.test.ts',
  'test/attack/wrong-clock.test.ts',
  'test/decoded-text.test.ts',
  'test/browser/device.test.ts',
  'test/e2e/colour.test.ts',
  'test/e2e/completion.test.ts',
  'test/e2e/keyring.test.ts',
  'test/e2e/seed-curl.test.ts',
  'test/terminal/onboard.test.ts',
  'test/e2e/transport.test.ts',
  'test/output/yaml.test.ts',
];

/** What a program prints, in lines. */
function linesOf(program, ...args) {
  const { status, stdout, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}`);
  return stdout.trim().split('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'flowkiwi-bare-'));
try {
  const link = (path, name = basename(path)) => symlinkSync(realpathSync(path), join(folder, name));
  link(process.execPath, 'node');
  for (const name of ['npm', 'npx', 'sh', 'git']) link(linesOf('sh', '-c', `command -v ${name}`)[0], name);
  for (const path of linesOf('dpkg', '-L', 'coreutils').filter((path) => /\/s?bin\//.test(path))) link(path, basename(path));

  const env = { PATH: folder, HOME: mkdtempSync(join(folder, 'home-')), NO_COLOR: '1' };
  const { status, stdout } = spawnSync('npx', ['vitest', 'run', ...PART], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 2] });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(`the tests ended with ${status}`);
  const summary = stdout.split('\n').filter((line) => /^\d+ tests? skipped: /.test(line));
  // The servers of `npm run test:interop` are named there.
  const started = PROGRAM_NAMES.filter((name) => !('server' in PROGRAMS[name]));
  const unnamed = started.filter((name) => !summary.some((line) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(line)));
  if (unnamed.length > 0) throw new Error(`no test that starts ${unnamed.join(', ')} was skipped: add its file to the part`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
