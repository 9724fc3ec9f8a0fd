import type { KnownBefore, KnownInstance, KnownState } from '../known.ts';
import type { Intent, JournalRecord } from './record.ts';

/** A create of an organization that had no answer. */
export interface OpenCreate {
  readonly name: string;
  readonly idempotencyKey: string | undefined;
}

/** All that the files of a journal say, file after file. */
export interface History {
  /** Whether it tells of anything that was made, or may have been. */
  readonly isEmpty: () => boolean;
  /** Whether it knows of an instance that is there: a run has made it, so the handles of the manifest are ours. */
  readonly hasInstance: () => boolean;
  /** What is known of customers. With `reliesOnKeys` a create without an answer counts as not done: the server does it once, however often it comes. */
  readonly known: (options: { readonly reliesOnKeys: boolean }) => KnownBefore;
  /** The create of the organization of a customer that had no answer; undefined when there is none. */
  readonly openCreate: (key: string) => OpenCreate | undefined;
  /** How many creates of a customer are settled so that another one is a new one. */
  readonly settled: (key: string) => number;
  /** Follows a record of the file that is read or written now. */
  readonly follow: (record: JournalRecord) => void;
  /**
   * Ends a file. A request that was never handed to the connection was not sent, and counts as never meant; but where `seesAllWrites` is
   * false, its mark may be one that did not get to the disk.
   */
  readonly endFile: (options: { readonly seesAllWrites: boolean }) => void;
}

interface State {
  organization: { readonly id: string; readonly name: string | undefined } | 'absent' | undefined;
  open: OpenCreate | undefined;
  readonly instances: Map<string, KnownInstance>;
  settled: number;
}

export function createHistory(): History {
  const states = new Map<string, State>();
  /** The intents of this file without an answer, and which of them were sent. */
  const intents = new Map<number, Intent>();
  const sent = new Set<number>();

  function stateOf(key: string): State {
    const state = states.get(key) ?? { organization: undefined, open: undefined, instances: new Map(), settled: 0 };
    states.set(key, state);
    return state;
  }

  function end(n: number | undefined): Intent | undefined {
    if (n === undefined) return undefined;
    const intent = intents.get(n);
    intents.delete(n);
    sent.delete(n);
    return intent;
  }

  function refuse(intent: Intent): void {
    const state = stateOf(intent.key);
    state.settled += 1;
    if (intent.of === 'organization') state.open = undefined;
    if (intent.of === 'instance') state.instances.set(intent.handle, 'refused');
  }

  function follow(record: JournalRecord): void {
    switch (record.type) {
      case 'intent':
        intents.set(record.n, record);
        return;
      case 'sent':
        sent.add(record.n);
        return;
      case 'refused': {
        const intent = end(record.n);
        if (intent && !record.passing) refuse(intent);
        return;
      }
      case 'organization': {
        end(record.n);
        const state = stateOf(record.key);
        const before = typeof state.organization === 'object' && state.organization.id === record.id ? state.organization.name : undefined;
        state.organization = { id: record.id, name: record.name ?? before };
        state.open = undefined;
        return;
      }
      case 'instance':
        end(record.n);
        stateOf(record.key).instances.set(record.handle, { id: record.id });
        return;
      case 'absent': {
        end(record.n);
        const state = stateOf(record.key);
        Object.assign(state, { organization: 'absent', open: undefined, settled: state.settled + 1 });
        state.instances.clear();
        return;
      }
      case 'rekeyed': {
        const state = states.get(record.key);
        if (state === undefined) return;
        states.delete(record.key);
        states.set(record.to, state);
        return;
      }
    }
  }

  function endFile({ seesAllWrites }: { readonly seesAllWrites: boolean }): void {
    for (const [n, intent] of intents) if (!seesAllWrites || sent.has(n)) leaveOpen(intent);
    intents.clear();
    sent.clear();
  }

  function leaveOpen(intent: Intent): void {
    const state = stateOf(intent.key);
    // What was made meanwhile is known.
    if (intent.of === 'organization' && typeof state.organization !== 'object') {
      state.open = { name: intent.name, idempotencyKey: intent.idempotency_key };
    }
    if (intent.of === 'instance' && typeof state.instances.get(intent.handle) !== 'object') state.instances.set(intent.handle, 'unknown');
  }

  function knownOf({ organization, open, instances }: State, reliesOnKeys: boolean): KnownState {
    if (open !== undefined)
      return reliesOnKeys && open.idempotencyKey !== undefined ? { instances } : { organization: 'unknown', instances };
    if (organization === undefined) return { instances };
    if (organization === 'absent') return { organization, instances };
    const { id, name } = organization;
    return { organization: { id, ...(name !== undefined && { lastWrittenName: name }) }, instances };
  }

  return {
    isEmpty: () => states.size === 0 && intents.size === 0,
    hasInstance: () => [...states.values()].some(({ instances }) => [...instances.values()].some((one) => typeof one === 'object')),
    known: ({ reliesOnKeys }) => ({
      of: (key) => {
        const state = states.get(key);
        return state && knownOf(state, reliesOnKeys);
      },
      keys: () => states.keys(),
    }),
    openCreate: (key) => states.get(key)?.open,
    settled: (key) => states.get(key)?.settled ?? 0,
    follow,
    endFile,
  };
}
