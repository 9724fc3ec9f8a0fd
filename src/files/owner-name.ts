import { readFileSync } from 'node:fs';

/** What a user is called in messages: by name where the system's own list has one (passwd(5)), and by number. Never throws. */
export function ownerName(uid: number): string {
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name, , number] = line.split(':');
      if (number === `${uid}`) return `${name} (${uid})`;
    }
  } catch {
    // There is no such list.
  }
  return `number ${uid}`;
}
