import { readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

declare const FLOWKIWI_VERSION: string;

/** Why parts of this program cannot be loaded: the exit status and what helps, by the error's code. */
const UNLOADED: Readonly<Record<string, readonly [status: number, hint: string]>> = {
  EMFILE: [75, 'allow this process more open files: ulimit -n 1024'],
  ENFILE: [75, 'end what holds many files, and run the command again'],
  MODULE_NOT_FOUND: [2, 'leave NODE_OPTIONS out if it is set; else install flowkiwi again'],
};

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
} else if (first === '__jq') {
  // A thread of this program itself runs jq.
  void import('./edges/jq-thread.ts').then(({ serveJq }) => serveJq(readFileSync(join(__dirname, 'chunks', 'jq.wasm'))));
} else {
  // Another flowkiwi has started this one to renew its session.
  const isRenewal = first === '__renew';
  void import('./start.ts')
    .then(({ start, renew }) => (isRenewal ? renew(FLOWKIWI_VERSION) : start(FLOWKIWI_VERSION)))
    .catch((error) => {
      const [reason] = String(error instanceof Error ? error.message : error).split('\n');
      // Without its files it has no other words.
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const [status, hint] = UNLOADED[code] ?? [1, 'this is a bug of flowkiwi; report it'];
      writeSync(2, `error: flowkiwi could not start: ${reason}\nhint: ${hint}\n`);
      return status;
    })
    .then((status) => process.exit(status));
}
