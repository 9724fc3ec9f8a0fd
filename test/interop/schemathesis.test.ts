import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newHome } from '../support/flowkiwi.ts';
import { startInMemory } from '../support/servers/sandbox-in-memory.ts';
import { SCHEMATHESIS } from './runtimes.mjs';

const CONFIGURATION = join(import.meta.dirname, 'clients', 'schemathesis.toml');

/** How many requests are made up for each operation, and how many chains of them: some 1,000 requests in half a minute. */
const EXAMPLES = '25';

/** On a machine that is busy. */
const PATIENCE_MS = 300_000;

/** Runs Schemathesis on a document; its report and its exit status, which is 0 when it has found nothing. */
async function schemathesis(document: string, token: string, ...options: readonly string[]) {
  const words = ['--config-file', CONFIGURATION, '--no-color', 'run', document, '--header', `Authorization: Bearer ${token}`];
  const run = ['--continue-on-failure', '--max-examples', EXAMPLES, '--seed', '15'];
  const args = ['-m', 'schemathesis.cli', ...words, ...run, '--generation-database', 'none', '--output-truncate', 'false', ...options];
  const env = { PATH: process.env['PATH'], PYTHONPATH: SCHEMATHESIS.folder, PYTHONIOENCODING: 'utf-8' };
  // It keeps what it has learned in the folder that it runs in.
  const child = spawn('python3', args, { cwd: newHome(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let report = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (report += text));
  const [code] = await once(child, 'close');
  return { code, report };
}

test.each<[what: string, switches: readonly string[], options: readonly string[]]>([
  ['as it is without switches', [], []],
  [
    'with the other switches',
    [
      'duplicateHandle=409',
      'nonEmptyOrgDelete=403',
      'transferRuleViolation=409',
      'unauthenticated=lexik',
      'idempotencyKeys=on',
      'maxItemsPerPage=2',
    ],
    // A key may have been used for another request, or for what is deleted since. What is named here counts more than what the file says.
    ['--exclude-checks', 'positive_data_acceptance,negative_data_rejection,ensure_resource_availability,use_after_free'],
  ],
])(
  'no answer of the sandbox fails or differs from its OpenAPI document, %s',
  { tags: ['schemathesis'], timeout: PATIENCE_MS },
  async (_, switches, options) => {
    const failures: unknown[] = [];
    const sandbox = await startInMemory({ switches, onError: (error) => failures.push(error) });
    onTestFinished(() => sandbox.close());
    const token = await sandbox.issueAccessToken('jane@acme.example');
    const { code, report } = await schemathesis(`${sandbox.url}/api/docs.json`, token, ...options);
    expect(code, report).toBe(0);
    expect(report).toContain('Tested: 9');
    expect(failures).toEqual([]);
  },
);
