import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/server.ts';

// Bundled and started by the durability tests: serves the data file named in the first argument until it is killed.
const clock = { now: Date.now, sleep: (milliseconds: number) => sleep(milliseconds, undefined) };
startSandbox({ host: '127.0.0.1', port: 0, data: process.argv[2], secret: undefined, autoApprove: true, clock }).then(async (sandbox) => {
  const token = await sandbox.issueAccessToken('jane@acme.example');
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, token })}\n`);
});
