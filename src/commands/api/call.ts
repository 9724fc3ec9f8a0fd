import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import { parseExactly } from '../../exact-json.ts';
import { flowkiwi, helpWith } from '../../hint.ts';
import type { HttpRequest } from '../../http/client.ts';
import { TOKEN_VARIABLE } from '../../http/curl-line.ts';
import type { Creation } from '../../http/unknown-outcome.ts';
import type { ApiRequest } from '../../identity/operation.ts';
import { listItems } from '../../identity/pages.ts';
import { askIfMissing } from '../kit/ask.ts';
import { inputReader, isSecretArgument } from '../kit/input-files.ts';
import type { Result } from '../kit/result.ts';
import { answerResult } from './answer.ts';
import { type Field, jsonOfFields, queryOfFields, readField, splitField } from './fields.ts';
import { readHeaders } from './headers.ts';
import { pathBeforeMsys } from './rewritten-path.ts';
import { printRows } from './rows.ts';
import { findTarget } from './target.ts';

export interface CallOptions {
  readonly method: Method | undefined;
  readonly field: readonly string[];
  readonly rawField: readonly string[];
  readonly input: string | undefined;
  readonly header: readonly string[];
  readonly include: boolean;
  readonly dryRun: boolean;
  readonly curl: boolean;
  readonly paginate: boolean;
  readonly instance: string | undefined;
}

interface CallInput {
  readonly options: CallOptions;
  readonly args: readonly (string | undefined)[];
}

type Method = HttpRequest['method'];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[];

/** The word in place of a path that lists endpoints: a path of that name begins with a slash. */
const LIST = 'ls';

/** Whether an option was given. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** Makes the request that the command line describes, sends it and gives back its answer. */
export async function call(context: Context, { options, args }: CallInput): Promise<Result> {
  if (args[0] === LIST) {
    const { endpointsResult } = await import('./endpoints.ts');
    return endpointsResult(context, args[1], Object.values(options).some(isSet));
  }
  const words = readWords(withMethod(options.method, args));
  const given = await askIfMissing(context, words.path, {
    kind: 'path',
    what: 'PATH',
    example: flowkiwi('api', '/api/organizations/ID'),
    message: 'Path of the API:',
  });
  const meant = pathBeforeMsys(given, context.edges.env);
  const path = meant ?? given;
  if (meant !== undefined) {
    const notice = `PATH: ${meant} is asked for, which Git Bash has made ${given} of; MSYS_NO_PATHCONV=1 keeps paths as they are`;
    await context.messages.change({ notice, warning: undefined });
  }
  const placeholder = /\{[\w.]+\}/.exec(path)?.[0];
  if (placeholder !== undefined) {
    throw new CliError('usage', `the path has ${placeholder} in it, which stands for a value`, {
      hint: `put the value in its place; a path that has braces of its own has them as %7B and %7D`,
    });
  }
  const headers = readHeaders(options.header);
  const { url, pager, session, check } = await findTarget(context, { path, instance: options.instance, headers });
  const method = words.method ?? impliedMethod(options, () => pager.isSearch({ method: 'POST', path: url.pathname }));
  const isSearch = pager.isSearch({ method, path: url.pathname });
  checkTogether(context, { method, isSearch }, options);
  const request = { ...(await readRequest(context, { method, url, headers }, options)), safe: isSearch };
  if (isPreview(options)) {
    const { unsentResult } = await import('./unsent.ts');
    return unsentResult(context, (await session()).preview(request, TOKEN_VARIABLE), options);
  }
  const operation = { action: `${method} ${url.pathname}`, request, creates: isSearch ? undefined : creationOf(request, url) };
  const signedIn = await session();
  await check?.();
  if (!options.paginate) {
    const response = await signedIn.answer(operation);
    return answerResult(context, { operation, response, pager, include: options.include });
  }
  const items = listItems({
    ...operation,
    session: signedIn,
    pager,
    readItem: (item) => item,
    parse: parseExactly,
    ifNone: new CliError('usage', 'the answer is not a collection', { hint: 'leave --paginate out to see it' }),
    onShort: context.onShortList,
  });
  return { print: (printer) => printRows(context, printer, items) };
}

/** Of the methods only POST must not be sent twice (RFC 9110 section 9.2.2; a merge patch gives the same twice). */
function creationOf({ method }: ApiRequest, { pathname }: URL): Creation | undefined {
  if (method !== 'POST') return undefined;
  return { creating: `POST ${pathname}`, done: 'carried out', check: 'look at what is there before you send it again' };
}

/** The method when none is given. */
function impliedMethod({ field, rawField, input, paginate }: CallOptions, isSearchedByPost: () => boolean): Method {
  const isPost = paginate ? isSearchedByPost() : field.length + rawField.length > 0 || input !== undefined;
  return isPost ? 'POST' : 'GET';
}

/** The words with the method of `--method` in front. Throws `usage` when they have one themselves. */
function withMethod(method: Method | undefined, args: CallInput['args']): CallInput['args'] {
  if (method === undefined) return args;
  if (args[1] === undefined) return [method, args[0]];
  throw new CliError('usage', 'the method is given twice', { hint: 'give it before the path, or with --method' });
}

/** `PATH`, or `METHOD PATH`. Throws `usage` for a method that there is not. */
function readWords([first, second]: CallInput['args']): { readonly method: Method | undefined; readonly path: string | undefined } {
  const asMethod = (word: string | undefined) => METHODS.find((method) => method === word?.toUpperCase());
  if (second === undefined) {
    const method = asMethod(first);
    return { method, path: method === undefined ? first : undefined };
  }
  const method = asMethod(first);
  if (method !== undefined) return { method, path: second };
  const swapped = asMethod(second) === undefined ? '' : '; the method comes first';
  throw new CliError('usage', `${JSON.stringify(first)} is not a method${swapped}`, { hint: `the methods are ${METHODS.join(', ')}` });
}

interface Kind {
  readonly method: Method;
  /** Whether it reads a list, by POST. */
  readonly isSearch: boolean;
}

function checkTogether(
  { options: { format, fields, githubOutputs } }: Context,
  { method, isSearch }: Kind,
  callOptions: CallOptions,
): void {
  const { input, include, paginate } = callOptions;
  const isRead = method === 'GET' || method === 'HEAD';
  if (paginate && method !== 'GET' && !isSearch) {
    throw new CliError('usage', `--paginate is for GET, not ${method}`, {
      hint: helpWith('leave the method out', 'api', '--paginate', 'PATH'),
    });
  }
  if (include && (paginate || format !== undefined || fields !== undefined)) {
    throw new CliError(
      'usage',
      '--include prints the answer unchanged, and cannot be combined with --paginate, --fields or a form of output',
      {
        hint: 'leave --include out; --debug shows the headers on stderr',
      },
    );
  }
  if (paginate && githubOutputs.length > 0) {
    throw new CliError('usage', '--github-output is for one resource, and --paginate reads a list', { hint: 'leave one of them out' });
  }
  const isSelection = fields !== undefined || githubOutputs.length > 0;
  if (isPreview(callOptions) && (paginate || include || isSelection)) {
    throw new CliError('usage', '--dry-run and --curl send nothing, and cannot be combined with --paginate, --include or chosen fields', {
      hint: 'leave the other option out',
    });
  }
  if (input !== undefined && isRead) {
    throw new CliError('usage', `${method} has no body, and --input gives one`, { hint: 'query parameters are fields: -f name=value' });
  }
}

interface Head {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request with its body, or its query. What the user says of the content type is what is sent. */
async function readRequest(context: Context, { method, url, headers }: Head, options: CallOptions): Promise<ApiRequest> {
  const read = inputReader(context);
  const fields: Field[] = options.rawField.map((given) => {
    const { name, text } = splitField(given, '--raw-field');
    return { name, value: text };
  });
  // One after another: two that read standard input must be told apart.
  for (const given of options.field) {
    fields.push(secretVariable(given, options) ?? (await readField(read, given, context.messages.change)));
  }
  const isQuery = method === 'GET' || method === 'HEAD' || options.input !== undefined;
  if (isQuery) for (const [name, value] of queryOfFields(fields)) url.searchParams.append(name, value);
  return { method, path: url.pathname + url.search, absolute: true, headers, body: await bodyOf() };

  async function bodyOf(): Promise<string | Uint8Array | undefined> {
    // The line of curl reads the file itself.
    if (options.input !== undefined && options.curl) return '';
    if (options.input !== undefined) return read(options.input, '--input');
    return isQuery || fields.length === 0 ? undefined : jsonOfFields(fields);
  }
}

function isPreview({ dryRun, curl }: CallOptions): boolean {
  return dryRun || curl;
}

/** In place of a secret that is only shown: a variable with the name of the field. Undefined for any other field. Throws `usage` for curl. */
function secretVariable(given: string, options: CallOptions): Field | undefined {
  const { name } = splitField(given, '--field');
  if (!isPreview(options) || !isSecretArgument(name)) return undefined;
  if (options.curl) {
    throw new CliError('usage', `the field ${JSON.stringify(name)} holds a secret, which a curl line would show`, {
      hint: 'give the whole body as a file with --input: curl reads it from there',
    });
  }
  const words = name.toUpperCase().match(/[A-Z0-9]+/g) ?? [];
  return { name, value: `$${words.join('_')}` };
}
