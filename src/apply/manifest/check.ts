import { type Help, helpWith } from '../../hint.ts';
import { handleProblem } from '../../identity/flowkiwi/handle.ts';
import { type TextKind, textProblem, tidied } from '../../incoming-text.ts';
import { isFormula, readCell } from '../../output/neutral-cell.ts';
import { type Problems, SAVE_AS_UTF_8, shownValue } from './problems.ts';
import type { RawRow, RowField } from './row.ts';

/** A row that may be used: every text has gone through the door of all texts. */
export interface CheckedRow {
  readonly raw: RawRow;
  /** In NFC. */
  readonly key: string;
  /** Whether the manifest gives the key, or it is the name. */
  readonly hasKey: boolean;
  readonly organization: string;
  readonly id: string | undefined;
  readonly instance: { readonly name: string; readonly handle: string; readonly id: string | undefined } | undefined;
  /** A results file says that the create of the organization had no answer. */
  readonly isUnknown: boolean;
}

const KINDS = {
  organization: 'name',
  instance: 'name',
  handle: 'handle',
  key: 'name',
  id: 'id',
  instance_id: 'id',
  apply_status: 'setting',
} as const satisfies Readonly<Record<RowField, TextKind>>;

/** What a spreadsheet may have put in front of a text, or computed. Other formats have no formulas. */
export type CellRule = 'cells' | 'texts';

export interface RowCheck {
  /** As a command takes it. */
  readonly path: string;
  readonly rule: CellRule;
  readonly problems: Problems;
  /** Told of each value around which white space was taken off. */
  readonly onTidied: (row: RawRow, field: RowField) => void;
  /** Whether handles are proposed, so that a row may be without one, or with what is none. */
  readonly isProposing?: boolean;
}

/** A text that needs no look at each of its characters: ASCII with nothing around it. */
const PLAIN = /^[!#-&(-~](?:[ -~]*[!#-&(-~])?$/;

/** Checks a row by itself; undefined where it has problems, which are added. */
export function checkRow(raw: RawRow, check: RowCheck): CheckedRow | undefined {
  const { problems } = check;
  const before = problems.count();
  const read = (field: RowField): string | undefined => readValue(raw, field, check);
  const organization = read('organization');
  const key = read('key');
  const id = read('id');
  const handle = read('handle');
  const instanceName = read('instance');
  const instanceId = read('instance_id');
  const status = read('apply_status');
  checkCarried(raw, problems);
  if (organization === undefined && problems.count() === before)
    problems.add(raw.placeOf('organization'), 'the row has no organization; it needs a name');
  checkHandle(raw, handle, instanceName, check);
  if (instanceId !== undefined && id === undefined)
    problems.add(raw.placeOf('instance_id'), 'the row has the id of an instance, but none of its organization');
  if (problems.count() > before || organization === undefined) return undefined;
  return {
    raw,
    key: (key ?? organization).normalize('NFC'),
    hasKey: key !== undefined,
    organization,
    id,
    instance: handle === undefined ? undefined : { name: instanceName ?? organization, handle, id: instanceId },
    isUnknown: status === 'unknown' && id === undefined,
  };
}

function checkHandle(raw: RawRow, handle: string | undefined, instance: string | undefined, check: RowCheck): void {
  // What is missing or wrong is what is proposed.
  if (check.isProposing) return;
  if (handle === undefined) {
    if (instance !== undefined)
      check.problems.add(raw.placeOf('instance'), `instance ${shownValue(instance)} has no handle`, proposed(check));
    return;
  }
  const problem = handleProblem(handle);
  if (problem !== undefined) check.problems.add(raw.placeOf('handle'), `handle ${shownValue(handle)}: ${problem}`, proposed(check));
}

function proposed({ path }: RowCheck): Help {
  // What came through a pipe is gone.
  if (path === '-') return 'add --suggest-handles to have handles proposed';
  return helpWith('to have handles proposed', 'apply', path, '--suggest-handles');
}

function readValue(raw: RawRow, field: RowField, { rule, problems, onTidied }: RowCheck): string | undefined {
  const given = raw.values[field];
  if (given === undefined) return undefined;
  if (rule === 'cells' && isFormula(given)) {
    problems.add(
      raw.placeOf(field),
      `${field} ${shownValue(given)} is a formula, not its result`,
      "a name that begins so is written with ' in front of it",
    );
    return undefined;
  }
  const cell = rule === 'cells' ? readCell(given) : given;
  if (PLAIN.test(cell)) return cell;
  const { text, notice } = tidied(KINDS[field], cell, field);
  const problem = textProblem(KINDS[field], text);
  if (problem !== undefined) {
    problems.add(raw.placeOf(field), `${field} ${shownValue(text)} ${problem}`, text.includes('\uFFFD') ? SAVE_AS_UTF_8 : undefined);
    return undefined;
  }
  if (notice !== undefined) onTidied(raw, field);
  return text === '' ? undefined : text;
}

/** What is carried through may have lines, but must be text: it is written again. */
function checkCarried({ row, values }: RawRow, problems: Problems): void {
  for (const name in row.fields) {
    const text = row.fields[name] ?? '';
    if (text === '' || PLAIN.test(text)) continue;
    const problem = textProblem('content', text);
    // Those that say something are checked by themselves.
    if (problem === undefined || Object.values(values).some((value) => value === text || readCell(value) === text)) continue;
    problems.add(row, `${name} ${shownValue(text)} ${problem}`, text.includes('\uFFFD') ? SAVE_AS_UTF_8 : undefined);
  }
}
