// Brings a clone to the point where it can run: installs the locked dependencies and builds, each only when out of date.
// Uses Node alone, because nothing is installed yet when it first runs. Its output goes to standard error.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modified = (path) => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0);

/** Without the settings of an npm that runs this script: `npm install --global .` would have everything installed globally. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_config_(global|prefix|location|dry_run)$/i.test(name)),
);

function run(command, args) {
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, { cwd: root, env: environment, shell, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Newest modification time, in milliseconds, of the files below a folder. */
function newest(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return Math.max(
    0,
    ...entries.map((entry) => (entry.isDirectory() ? newest(join(folder, entry.name)) : modified(join(folder, entry.name)))),
  );
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  // npm would empty the folder that the link leads to, and that is somebody else's.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    process.stderr.write(
      'node_modules is a link to another folder, and does not match package-lock.json: remove the link, and run this again\n',
    );
    process.exit(1);
  }
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}
const sources = Math.max(...['src', 'scripts'].map(newest), modified('package.json'), modified('package-lock.json'));
const built = Math.min(modified('dist/metafile.json'), modified('THIRD-PARTY.txt'));
if (built < sources) run(process.execPath, [join('scripts', 'build.mjs')]);
