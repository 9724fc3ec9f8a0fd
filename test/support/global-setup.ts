import { execFileSync } from 'node:child_process';
import { requirePrograms } from './needs.mts';

/** The tests run the built command, so it is built before them, when it is out of date. */
export default function setup(): void {
  requirePrograms();
  execFileSync('node', ['scripts/setup.mjs'], { stdio: 'inherit' });
}
