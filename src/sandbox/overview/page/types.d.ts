/** What the controls of the sandbox answer, as far as the page uses it. */
import type { SandboxMessage, SandboxRequest } from '../../library/interface.ts';

export type Message = SandboxMessage;
export type RequestDocument = SandboxRequest;
export type RequestSummary = Omit<SandboxRequest, 'request' | 'response' | 'curl'>;

export interface Faults {
  readonly rules: readonly { readonly rule: string; readonly remaining: number | null }[];
  readonly latency: number;
  readonly rate: number;
}

export type SwitchValues = Readonly<Record<string, string | number>>;

export interface SwitchChoice {
  readonly name: string;
  readonly about: string;
  readonly usual: string | number;
  readonly takes: string;
  readonly values: readonly string[] | null;
}

export interface Update {
  readonly requests: readonly RequestSummary[];
  readonly all: boolean;
  readonly revision?: number;
  readonly counts?: { readonly organizations: number; readonly instances: number; readonly requests: number };
  readonly faults?: Faults;
  readonly switches?: SwitchValues;
}

/** An organization or an instance of either provider, as its provider reads it. */
export interface Node {
  readonly id: string;
  readonly name: string;
  /** What else it goes by: a handle, a domain; empty when nothing. */
  readonly label: string;
  readonly created: string;
  /** Whose it is; empty where nobody is named. */
  readonly owners: readonly string[];
  /** What else there is to know: a name, a value, and whether it can be copied. */
  readonly facts: readonly (readonly [name: string, value: string, isCopied?: boolean])[];
}

export interface Root extends Node {
  readonly childCount: number;
  /** The first of them. */
  readonly children: readonly Node[];
}

export interface Found<T> {
  readonly found: readonly T[];
  readonly total: number;
}

export interface Search {
  readonly text: string;
  readonly limit: number;
  readonly offset: number;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly value?: string;
  readonly type?: 'text' | 'email';
}

/** How one provider's two levels are read and changed. */
export interface Provider {
  readonly rootNoun: string;
  readonly childNoun: string;
  readonly rootFields: readonly Field[];
  readonly childFields: readonly Field[];
  /** Commands that fill the list. */
  readonly commands: readonly string[];
  readonly listRoots: (search: Search) => Promise<Found<Root>>;
  readonly listChildren: (rootId: string, search: Search) => Promise<Found<Node>>;
  /** What a control has answered about one of them. */
  readonly readRoot: (answer: unknown) => Root;
  readonly readChild: (answer: unknown) => Node;
  /** The control of a root, of a child, and those of which new ones are asked. */
  readonly rootPath: (id: string) => string;
  readonly childPath: (id: string) => string;
  readonly rootsPath: string;
  readonly childrenPath: (rootId: string) => string;
}
