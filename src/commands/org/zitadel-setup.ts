import type { Context } from '../../context/context.ts';
import { decodedText } from '../../decoded-text.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { type Body, bodyOf, canonicalBody, checkedBody, textAt } from '../../identity/zitadel/body-fields.ts';
import { genderName, SET_UP_FIELDS } from '../../identity/zitadel/request-fields.ts';
import { emailProblem, organizationNameProblem } from '../../identity/zitadel/rules.ts';
import { isRecord } from '../../record.ts';
import { askForMissing } from '../kit/ask.ts';
import { inputReader } from '../kit/input-files.ts';
import { newPassword } from '../kit/new-password.ts';
import { type Result, recordResult } from '../kit/result.ts';
import { rememberCreated } from './find.ts';
import { type SetUpOrganization, setUpView } from './views.ts';

const EXAMPLE = flowkiwi(
  ...['org', 'setup', 'Acme Corp', '--user-name', 'jane', '--first-name', 'Jane', '--last-name', 'Doe', '--email', 'jane@acme.example'],
);
const WHAT = 'an organization';

/** The options that are fields of the request. */
export interface Fields {
  readonly domain: string | undefined;
  readonly userName: string | undefined;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly nickName: string | undefined;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly phone: string | undefined;
  readonly phoneVerified: boolean;
  readonly language: string | undefined;
  readonly gender: string | undefined;
  readonly role: readonly string[];
}

interface Input {
  readonly args: readonly (string | undefined)[];
  readonly options: Fields & { readonly passwordStdin: boolean; readonly input: string | undefined; readonly use: boolean };
}

/** `org setup`, at ZITADEL only. */
export async function setUpOrganization(context: Context, input: Input): Promise<Result> {
  context.printer.check(setUpView);
  const { made, ...words } = await setUp(context, input);
  return recordResult(setUpView, made, words);
}

export interface MadeOrganization extends Required<Pick<Result, 'success' | 'next'>> {
  readonly made: SetUpOrganization;
}

/** Creates an organization with its administrator, remembers it, and reads it back. */
export async function setUp(context: Context, { args: [name], options }: Input): Promise<MadeOrganization> {
  const { input, use, passwordStdin, ...fields } = options;
  if (input === '-' && passwordStdin) {
    throw new CliError('usage', '--input - and --password-stdin exclude each other', {
      hint: 'standard input can be read once only: give the request as a file',
    });
  }
  const body = await (input === undefined ? bodyOfOptions(context, name, fields) : bodyOfFile(context, input, { name, ...fields }));
  const { organization, user_id } = await (await context.zitadel()).setUpOrganization(
    await withPassword(context, body, { passwordStdin, mayAsk: input === undefined }),
  );
  const administrator = `${textAt(body, 'human.userName')}${user_id === null ? '' : ` (${user_id})`}`;
  return {
    made: { ...(await rememberCreated(context, organization, { use })), user_id },
    success: `Created organization ${organization.name} (${organization.id}) with the administrator ${administrator}`,
    next: flowkiwi('org', 'get', { id: organization.id }),
  };
}

/** Asks for what is needed and absent. Throws `usage` when there is no person to ask, and `invalid`. */
async function bodyOfOptions(context: Context, name: string | undefined, options: Fields): Promise<Body> {
  const filled = (answer: string) => (answer.trim() === '' ? 'This cannot be empty' : undefined);
  const needed = await askForMissing(context, EXAMPLE, {
    name: { given: name, kind: 'name', what: 'NAME', message: 'Name of the organization:', problem: organizationNameProblem },
    userName: { given: options.userName, kind: 'name', what: '--user-name', message: 'Login name of its administrator:', problem: filled },
    firstName: { given: options.firstName, kind: 'name', what: '--first-name', message: 'First name:', problem: filled },
    lastName: { given: options.lastName, kind: 'name', what: '--last-name', message: 'Last name:', problem: filled },
    email: { given: options.email, kind: 'setting', what: '--email', message: 'Mail address:', problem: emailProblem },
  });
  const { domain, nickName, displayName, emailVerified, phone, phoneVerified, language, gender, role } = options;
  const body = bodyOf({
    'org.name': needed.name,
    'org.domain': domain?.toLowerCase(),
    'human.userName': needed.userName,
    'human.profile.firstName': needed.firstName,
    'human.profile.lastName': needed.lastName,
    'human.profile.nickName': nickName,
    'human.profile.displayName': displayName,
    'human.profile.preferredLanguage': language,
    'human.profile.gender': gender && genderName(gender),
    'human.email.email': needed.email,
    'human.email.isEmailVerified': emailVerified,
    'human.phone.phone': phone,
    'human.phone.isPhoneVerified': phoneVerified,
    roles: role,
  });
  if (phoneVerified && phone === undefined)
    throw new CliError('usage', '--phone-verified needs --phone', { hint: 'give the number, or leave --phone-verified out' });
  return checkedBody(SET_UP_FIELDS, body, WHAT, 'flag');
}

/** The body as a file has it. Throws `usage` for anything else that says what is to be in it, and `invalid`. */
async function bodyOfFile(context: Context, input: string, others: Fields & { readonly name: string | undefined }): Promise<Body> {
  const isGiven = (value: unknown) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  if (Object.values(others).some(isGiven)) {
    throw new CliError('usage', '--input has the whole request: NAME and the options of its fields cannot be given beside it', {
      hint: 'put everything into the file, or leave --input out',
    });
  }
  const bytes = await inputReader(context)(input, '--input');
  return checkedBody(SET_UP_FIELDS, canonicalBody(SET_UP_FIELDS, readObject(decodedText(bytes, '--input'))), WHAT, 'path');
}

function readObject(text: string): Body {
  try {
    const json: unknown = JSON.parse(text);
    if (isRecord(json)) return json;
  } catch {
    // The parser's own message quotes the file, which may hold a password.
  }
  throw new CliError('invalid', '--input is not a JSON object', {
    hint: 'give the request as the API documents it: {"org":{"name":"Acme Corp"},"human":{…}}',
  });
}

async function withPassword(
  context: Context,
  body: Body,
  { passwordStdin, mayAsk }: { readonly passwordStdin: boolean; readonly mayAsk: boolean },
): Promise<Body> {
  if (!passwordStdin && !mayAsk) return body;
  const password = await newPassword(context, passwordStdin);
  const human = isRecord(body['human']) ? body['human'] : {};
  if (human['password'] !== undefined)
    throw new CliError('usage', 'both --input and --password-stdin have a password', { hint: 'leave one of them out' });
  return password === undefined ? body : { ...body, human: { ...human, password } };
}
