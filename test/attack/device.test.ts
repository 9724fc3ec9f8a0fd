import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { flowkiwi, newHome, type Run, secret } from '../support/flowkiwi.ts';
import { type Hostility, startHostileAuthorizationServer } from '../support/servers/hostile-authorization-server.ts';
import type { Reply } from '../support/servers/serve.ts';

const DEVICE_CODE = secret('device-code-0123456789abcdef');
const ANSWER = {
  device_code: DEVICE_CODE,
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://id.example/device',
  expires_in: 60,
  interval: 1,
};
const device = (more: object = {}) => ({ device: (): Reply => ({ body: { ...ANSWER, ...more } }) });
const error = (code: string, more: object = {}): Reply => ({ status: 400, body: { error: code, ...more } });

interface Attempt extends Run {
  /** When the token endpoint was asked, in milliseconds. */
  readonly pollsAt: readonly number[];
  /** What the browser was started on. */
  readonly opened: string | undefined;
  readonly isStored: boolean;
}

/** `login --device --debug` at a hostile server, on a desktop whose browser notes what it is to open. */
async function signInAt(hostility: Hostility, whenFinished: (run: () => void) => void): Promise<Attempt> {
  const home = newHome();
  const [browser, opened] = [join(home, 'browser'), join(home, 'opened')];
  writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
  const pollsAt: number[] = [];
  const token: Hostility['token'] = (scene) => {
    pollsAt.push(performance.now());
    return hostility.token?.(scene) ?? { body: { access_token: 'A', token_type: 'bearer' } };
  };
  const { origin } = await startHostileAuthorizationServer({ ...hostility, token }, whenFinished);
  const env = { FLOWKIWI_URL: 'http://127.0.0.1:9', BROWSER: browser };
  const run = await flowkiwi(['login', '--device', '--debug', '--issuer', origin], { home, env });
  return {
    ...run,
    pollsAt,
    opened: existsSync(opened) ? readFileSync(opened, 'utf8') : undefined,
    isStored: existsSync(join(home, '.config', 'flowkiwi', 'credentials.json')),
  };
}

describe.concurrent('sign-in with a code (RFC 8628)', () => {
  test('shows the code with both addresses (section 3.3.1), waits the interval, and never shows the device code', async ({
    expect,
    onTestFinished,
  }) => {
    const complete = 'https://id.example/device?user_code=ABCD-EFGH';
    let count = 0;
    const token = (): Reply => {
      count += 1;
      return count === 1 ? error('authorization_pending') : { body: { access_token: 'A', token_type: 'bearer' } };
    };
    const startedAt = performance.now();
    const { status, stdout, stderr, pollsAt, opened } = await signInAt(
      { ...device({ verification_uri_complete: complete }), token },
      onTestFinished,
    );
    expect({ status, stdout, opened }).toEqual({ status: 0, stdout: '', opened: 'https://id.example/device' });
    const [first = 0, second = 0] = pollsAt;
    expect(pollsAt).toHaveLength(2);
    // A timer counts whole milliseconds.
    expect(Math.min(first - startedAt, second - first)).toBeGreaterThanOrEqual(990);
    for (const shown of [`Open ${complete} in any browser`, '\n  ABCD-EFGH\n', '(or enter the code at https://id.example/device)']) {
      expect(stderr).toContain(shown);
    }
    expect(stderr).toMatch(/POST .*\/token/);
  });

  test.for<[what: string, hostility: Hostility, words: RegExp]>([
    ['an address that is a script', device({ verification_uri: 'javascript:alert(1)' }), /not https/],
    ['an address that is a file', device({ verification_uri: 'file:///etc/passwd' }), /not https/],
    ['an address over http', device({ verification_uri: 'http://id.example/device' }), /not https/],
    ['an address that names another host first', device({ verification_uri: 'https://id.example@evil.example/' }), /has a user name/],
    ['a complete address that is a script', device({ verification_uri_complete: 'javascript:alert(1)' }), /not https/],
    ['an option in place of an address', device({ verification_uri: '--version' }), /not https/],
    ['a code as long as a page', device({ user_code: 'x'.repeat(10_000) }), /carries no code/],
    ['a redirect to elsewhere', { device: () => ({ status: 307, headers: { location: 'https://evil.example/' } }) }, /redirects to/],
  ])('%s: exit 4, nobody is sent there, nothing is asked for', async ([_what, hostility, words], { expect, onTestFinished }) => {
    const { status, stderr, opened, pollsAt, isStored } = await signInAt(hostility, onTestFinished);
    expect({ status, opened, pollsAt, isStored }).toEqual({ status: 4, opened: undefined, pollsAt: [], isStored: false });
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('Open ');
  });

  test.for<[what: string, token: Reply, words: RegExp]>([
    ['a refusal', error('access_denied'), /you declined the request in the browser/],
    ['an expiry', error('expired_token'), /the code has expired/],
    ['an error that nobody knows', error('whatever', { error_description: 'no' }), /no \(whatever\)/],
    ['a redirect to elsewhere', { status: 307, headers: { location: 'https://evil.example/' } }, /redirects to https:\/\/evil\.example/],
  ])('%s ends the asking at once: exit 4', async ([_what, token, words], { expect, onTestFinished }) => {
    const { status, stderr, pollsAt, isStored } = await signInAt({ ...device(), token: () => token }, onTestFinished);
    expect({ status, isStored, polls: pollsAt.length }).toEqual({ status: 4, isStored: false, polls: 1 });
    expect(stderr).toMatch(words);
  });

  test('a code and an address that would write to the terminal are shown as text', async ({ expect, onTestFinished }) => {
    const hostile = { user_code: 'AB\u001b[2J\u001b]0;pwned\u0007\u202e', verification_uri: 'https://id.example/\u2028?\u009b' };
    const { stderr } = await signInAt({ ...device(hostile), token: () => error('access_denied') }, onTestFinished);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
  });
});
