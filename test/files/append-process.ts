import { openAppendFile } from '../../src/files/append-file.ts';

// A process of the tests: `PATH NAME 25` appends so many lines, each when the one before it is on the disk.
const [path = '', name = '', lines = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const file = await openAppendFile(path);
  for (let number = 0; number < Number(lines); number += 1) await file.append([`${name} ${number}`]);
  await file.close();
}

void main();
