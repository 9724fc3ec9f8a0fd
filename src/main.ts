import { readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

declare const FLOWKIWI_VERSION: string;

// The door: runs one command in the real world and ends the process with its exit status. The only module that does so.
// Written without functions of its own, so that the version and the overview, which the build has made from the same
// commands, are printed before anything else is loaded, streams included.
const [first, ...rest] = process.argv.slice(2);
const isVersion = rest.length === 0 && (first === '--version' || first === '-V');
const isHelp = rest.length === 0 && (first === '--help' || first === '-h');
if (isVersion || isHelp) {
  try {
    writeSync(1, isVersion ? `${FLOWKIWI_VERSION}\n` : readFileSync(join(__dirname, 'help.txt'), 'utf8'));
  } catch (error) {
    // A reader that has gone away (`… | head`) is not an error.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
} else if (first === '__complete') {
  // A shell asks what may come next. It wants the answer at once, and never an error.
  void import('./commands/completion/answer.ts')
    .then(({ answer }) =>
      answer(JSON.parse(readFileSync(join(__dirname, 'commands.json'), 'utf8')), rest, async (...wanted) =>
        (await import('./start.ts')).lookUp(FLOWKIWI_VERSION, ...wanted),
      ),
    )
    .then((text) => writeSync(1, text))
    .catch(() => undefined)
    .then(() => process.exit(0));
} else if (first === '__keychain') {
  // This program itself asks the keychain: a call that may block for ever has a process of its own.
  void import('./edges/keychain-process.ts')
    .then(({ answerKeychain }) => answerKeychain(readFileSync(0, 'utf8'), dirname(__dirname), (text) => writeSync(1, text)))
    .then((answer) => writeSync(1, answer))
    .catch(() => undefined)
    .then(() => process.exit(0));
} else {
  // Another flowkiwi has started this one to renew its session.
  const isRenewal = first === '__renew';
  void import('./start.ts')
    .then(({ start, renew }) => (isRenewal ? renew(FLOWKIWI_VERSION) : start(FLOWKIWI_VERSION)))
    .catch((error) => {
      writeSync(2, `error: flowkiwi could not start: ${error instanceof Error ? error.message : error}\n`);
      return 1;
    })
    .then((status) => process.exit(status));
}
