// Fails when a module of src/ writes to a stream by itself: data goes through the printer, all else through the messages, and both through
// src/output/terminal-output.ts. The sandbox is a server and writes answers; what is listed here has no words of others to write.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WRITERS = [
  'output/', // the printer, the messages, and the door to the terminal
  'edges/', // the streams themselves
  'apply/journal/', // its own files
  'sandbox/',
  'main.ts', // a start that failed
  'program.ts', // help, and the stack of a bug under --debug
  'renew.ts', // answers its parent in JSON
  'context/context.ts', // the trace of --debug, escaped there
  'context/pasted-lines.ts', // asks the terminal to mark what is pasted
];

const source = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const problems = [];
for (const path of readdirSync(source, { recursive: true })) {
  const module = path.replaceAll('\\', '/');
  if (!module.endsWith('.ts') || WRITERS.some((writer) => module.startsWith(writer))) continue;
  const lines = readFileSync(join(source, module), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (/\b(?:stdout|stderr|stream|output)\b[\w.()]*\.write\(|\bconsole\.|\bwriteSync\(/.test(line))
      problems.push(`src/${module}:${index + 1}`);
  }
}
for (const problem of problems) console.error(`writes past the one writer: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
