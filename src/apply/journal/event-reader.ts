import { CliError } from '../../errors.ts';
import { isRecord, parseJson } from '../../record.ts';
import type { JournalRecord } from './record.ts';

/** Makes a journal again of what runs have printed with `--json`, where theirs is lost. */
export interface EventReader {
  /** What was made, and what was sent and has no end. `path` is for messages. Throws `usage` for what are no events. */
  readonly read: (path: string, text: string) => readonly JournalRecord[];
}

/** One for all files: each request has a number of its own. */
export function eventReader(): EventReader {
  let n = 0;
  /** The numbers of the last create of each customer. */
  const creates = new Map<string, number>();

  function recordsOf({ event, kind, of, key, id, name, handle, organization_id: organization }: Texts): readonly JournalRecord[] {
    if (key === undefined) return [];
    switch (event) {
      case 'intent':
        if (of !== 'organization' || name === undefined) return [];
        n += 1;
        creates.set(key, n);
        return [
          { type: 'intent', n, of, key, name },
          { type: 'sent', n },
        ];
      case 'created':
      case 'renamed':
        if (kind !== 'instance') return id ? [{ type: 'organization', key, id, ...(name && { name }) }] : [];
        return id && handle && organization ? [{ type: 'instance', key, organization, handle, id }] : [];
      case 'failed':
      case 'retry': {
        const create = creates.get(key);
        return create === undefined ? [] : [{ type: 'refused', n: create, code: '', passing: event === 'retry' }];
      }
      case 'deleted':
        return [{ type: 'absent', key, why: 'deleted' }];
      default:
        return [];
    }
  }

  return {
    read: (path, text) => {
      const lines = text.split('\n');
      const last = lines.findLastIndex((line) => line.trim() !== '');
      return lines.flatMap((line, index) => {
        if (line.trim() === '') return [];
        const event = parseJson(line);
        if (isRecord(event)) return recordsOf(textsOf(event));
        // The last line of a run that was killed may be cut off.
        if (index === last) return [];
        throw new CliError('usage', `${path}:${index + 1} is not an event`, { hint: 'give the lines that apply --json has printed' });
      });
    },
  };
}

type Texts = Readonly<Partial<Record<string, string>>>;

function textsOf(event: Readonly<Record<string, unknown>>): Texts {
  return Object.fromEntries(Object.entries(event).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
