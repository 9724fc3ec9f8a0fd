import open from 'open';

/** An opener that finds no browser gives up within this time; one that found it may stay. */
const GIVES_UP_WITHIN_MS = 1_000;

/**
 * Starts the user's browser on an http(s) URL: the command in `browser` (the variable `BROWSER`), else the system's.
 * Resolves to false when none could be started. Never throws, so that a missing browser never breaks what the user was doing.
 */
export async function openUrl(url: string, browser: string | undefined): Promise<boolean> {
  try {
    if (!['https:', 'http:'].includes(new URL(url).protocol)) return false;
    const opener = await open(url, browser ? { app: { name: browser } } : {});
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), GIVES_UP_WITHIN_MS);
      const end = (opened: boolean) => {
        clearTimeout(timer);
        resolve(opened);
      };
      if (opener.exitCode !== null) end(opener.exitCode === 0);
      opener.once('error', () => end(false));
      opener.once('exit', (status) => end(status === 0));
    });
  } catch {
    return false;
  }
}
