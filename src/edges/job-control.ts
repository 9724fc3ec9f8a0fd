import { readFileSync } from 'node:fs';
import type { JobControl } from '../edges.ts';

/** Called before this process stops, in the order in which they came. */
const beforeStop = new Set<() => void>();
/** Called when it goes on. */
const afterStop = new Set<() => void>();

/** What the shell does to this process as a job. */
export const jobControl: JobControl = {
  isInForeground,
  beforeStop: (work) => whileListening(beforeStop, work),
  afterStop: (work) => whileListening(afterStop, work),
};

function whileListening(works: Set<() => void>, work: () => void): () => void {
  if (beforeStop.size + afterStop.size === 0) {
    process.on('SIGTSTP', onStop);
    process.on('SIGCONT', onContinue);
  }
  works.add(work);
  return () => {
    works.delete(work);
    if (beforeStop.size + afterStop.size > 0) return;
    process.off('SIGTSTP', onStop);
    process.off('SIGCONT', onContinue);
  };
}

/** The signal does what it does without a listener, after what has to come before. */
function onStop(): void {
  for (const work of beforeStop) work();
  process.off('SIGTSTP', onStop);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', onStop);
}

function onContinue(): void {
  for (const work of afterStop) work();
}

/** Linux tells of a process in one line: after its name the state, the parent, the group, the session, the terminal, and the terminal's group (proc(5)). */
function isInForeground(): boolean {
  try {
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return foreground === undefined || foreground === '-1' || group === foreground;
  } catch {
    return true;
  }
}
