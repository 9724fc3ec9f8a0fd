import { decodedText } from '../decoded-text.ts';
import { CliError } from '../errors.ts';
import { readFoundFile } from '../files/found-file.ts';
import { type Help, helpWith } from '../hint.ts';
import { incomingText, type TextKind } from '../incoming-text.ts';
import { isRecord, parseJson } from '../record.ts';

/** What `.flowkiwi.json` says: names of things that are there already. */
export interface ContextFile {
  readonly path: string;
  readonly profile: string | undefined;
  /** Id or name. */
  readonly organization: string | undefined;
}

const MEMBERS: Readonly<Record<'profile' | 'organization', TextKind>> = { profile: 'setting', organization: 'reference' };
/** What editors and people add; it says nothing to us. */
const NOTES: ReadonlySet<string> = new Set(['$schema', 'comment']);
const EXAMPLE = 'for example {"profile": "work", "organization": "Acme Corp"}';
const MOST_BYTES = 64 * 1024;

/**
 * The nearest of these files that is ours, or the superuser's, and that nobody else can write to; each other one is ignored, which is said.
 * Throws `invalid`, naming the file, for one that cannot be read or that says anything but which profile and which organization.
 */
export function readContextFile(paths: readonly string[], warn: (text: Help) => void): ContextFile | undefined {
  for (const path of paths) {
    const found = contentOf(path);
    if ('content' in found) return checkedFile(path, found.content);
    if ('unusable' in found) throw invalid(path, found.unusable, 'move it away, or put a file there');
    warn(`${path} ${found.distrusted}, and is ignored: name the profile with --profile, the organization with --org`);
  }
  return undefined;
}

function contentOf(path: string): ReturnType<typeof readFoundFile> {
  try {
    return readFoundFile(path, MOST_BYTES + 1);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw invalid(path, `cannot be read (${String(error.code)})`, 'make it readable, or move it away', error);
  }
}

function checkedFile(path: string, bytes: Uint8Array): ContextFile {
  if (bytes.length > MOST_BYTES) throw invalid(path, `is larger than ${MOST_BYTES / 1024} kB`, EXAMPLE);
  const value = parseJson(decodedText(bytes, path));
  if (!isRecord(value)) throw invalid(path, 'is not a JSON object', EXAMPLE);
  const others = Object.keys(value).filter((name) => !Object.hasOwn(MEMBERS, name) && !NOTES.has(name));
  if (others.length > 0) {
    throw invalid(
      path,
      `has ${others.map((name) => JSON.stringify(name)).join(', ')}: it may name a profile and an organization, and nothing else`,
      helpWith(
        'a URL and how to sign in belong to a profile, a token into FLOWKIWI_TOKEN; to change a profile',
        'profile',
        'set',
        '--help',
      ),
    );
  }
  const member = (name: keyof typeof MEMBERS) => nameIn(value[name], MEMBERS[name], `${JSON.stringify(name)} in ${path}`);
  return { path, profile: member('profile'), organization: member('organization') };
}

function nameIn(value: unknown, kind: TextKind, source: string): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? incomingText(kind, value, source).text : '';
  if (text !== '') return text;
  throw new CliError('invalid', `${source} is not a name`, { hint: EXAMPLE });
}

function invalid(path: string, problem: string, hint: Help, cause?: Error): CliError {
  return new CliError('invalid', `${path} ${problem}`, { hint, ...(cause && { cause }) });
}
