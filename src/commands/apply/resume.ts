import { type ErrorCode, EXIT_STATUS } from '../../errors.ts';
import { flowkiwi, type Hint, type Word } from '../../hint.ts';

/** Options that are for one time, and their values; the profile is added where a command is shown. */
const ONCE = ['--first-run', '--status'];
const ONCE_WITH_VALUE = ['--adopt', '--assume-absent', '--expect-plan', '--profile'];

/** The words of a command line, for a run that goes on. */
export function resumeWords(argv: readonly string[]): readonly Word[] {
  return argv.filter((word, index) => {
    if (ONCE.includes(word) || ONCE_WITH_VALUE.some((name) => word === name || word.startsWith(`${name}=`))) return false;
    return !ONCE_WITH_VALUE.includes(argv[index - 1] ?? '');
  });
}

/** The command that goes on, and what has to be done before, by how the run has ended. */
export function resumeHint(resume: readonly Word[]): (code: ErrorCode) => Hint {
  const command = flowkiwi(...resume);
  const first = (code: ErrorCode): string => {
    if (code === 'unknown_outcome') return 'say what became of each organization with --adopt or --assume-absent, and run it again';
    return EXIT_STATUS[code] >= EXIT_STATUS.unavailable ? 'run it again to go on' : 'put it right, and run it again';
  };
  return (code) => ({ say: `${first(code)}; what is done is not done again`, command });
}
