import { type ChildProcess, spawn } from 'node:child_process';
import { type Environment, isWsl, mayHaveBrowser } from '../environment.ts';
import { browserCalls, type ProgramCall } from './browser-variable.ts';

/** What finds no browser says so within this time, in milliseconds; what still runs then is taken to be one. */
const FAILS_WITHIN_MS = 1_000;

/** Starts something that shows the URL. Resolves at its end to whether that was a good one, so never for a browser that stays. May throw. */
type Opener = () => Promise<boolean>;

/**
 * Starts the user's browser on a URL: the first that works of those that the variable `BROWSER` names, and no other; else the system's.
 * Resolves within a second, unless it is given more, to whether one was started. Never throws, so that a browser never breaks what the user
 * was doing. What is started stands on its own: it has no stream of ours, and outlives us. It inherits the environment of the process, out
 * of which the door has taken the secrets. What still runs after `failsWithinMs` is taken to be a browser.
 */
export function openUrl(url: string, env: Environment, platform: NodeJS.Platform, failsWithinMs = FAILS_WITHIN_MS): Promise<boolean> {
  const target = openableUrl(url);
  if (target === undefined || !mayHaveBrowser(env, platform)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      resolve(true);
    }, failsWithinMs);
    void firstThatWorks(openers(target, env, platform), late.signal).then((opened) => {
      clearTimeout(timer);
      resolve(opened);
    });
  });
}

/**
 * The URL as programs get it: http or https, in the one form that the URL standard gives it, which has no blanks, no control characters and
 * no double quotes. What else means something between the quotes of a shell is percent-encoded too: openers are often scripts, and `wslview`
 * hands the URL to PowerShell in double quotes, where `$(…)` is run. Undefined when it is no such URL. Pure.
 */
export function openableUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.replace(/[!$'\\`]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

function openers(url: string, env: Environment, platform: NodeJS.Platform): readonly Opener[] {
  const variable = env['BROWSER'];
  if (variable) {
    const programs = browserCalls(variable, url, platform).map((call) => () => start(call));
    // On a Mac the name of an application is usual there, which is not a program.
    return platform === 'darwin' ? [...programs, () => openWithSystem(url, variable)] : programs;
  }
  const system = () => openWithSystem(url);
  // It knows the browser of Windows and that of this distribution; the system's opener knows PowerShell, or else xdg-open.
  return isWsl(env) ? [() => start({ program: 'wslview', words: [url] }), system] : [system];
}

/** No shell, and so on Windows no batch file: a URL is not safe in its command line. */
function start({ program, words }: ProgramCall): Promise<boolean> {
  const child = spawn(program, words, { stdio: 'ignore', detached: true });
  child.unref();
  return endedWell(child);
}

async function openWithSystem(url: string, application?: string): Promise<boolean> {
  const { default: open } = await import('open');
  return endedWell(await open(url, application === undefined ? {} : { app: { name: application } }));
}

/** Tries one after the other until one works, or until it is late. Never throws. */
async function firstThatWorks(openers: readonly Opener[], late: AbortSignal): Promise<boolean> {
  for (const opener of openers) {
    try {
      if (await opener()) return true;
    } catch {
      // It cannot be started; perhaps the next one can.
    }
    if (late.aborted) return true;
  }
  return false;
}

/** Has to be called in the same turn in which the program is started: an error that nobody hears ends this process. */
function endedWell(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode === 0);
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === 0));
  });
}
