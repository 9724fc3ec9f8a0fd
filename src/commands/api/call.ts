import type { Context } from '../../context/context.ts';
import { CliError } from '../../errors.ts';
import type { HttpRequest } from '../../http/client.ts';
import type { Dialect } from '../../identity/session.ts';
import { askIfMissing } from '../kit/ask.ts';
import type { Result } from '../kit/result.ts';
import { answerResult } from './answer.ts';
import { createContent } from './content.ts';
import { exchange } from './exchange.ts';
import { type Field, jsonOfFields, queryOfFields, splitField } from './fields.ts';
import { readHeaders } from './headers.ts';
import { collectionMembers } from './pages.ts';
import { printRows } from './rows.ts';
import { findTarget } from './target.ts';

export interface CallOptions {
  readonly field: readonly string[];
  readonly rawField: readonly string[];
  readonly input: string | undefined;
  readonly header: readonly string[];
  readonly include: boolean;
  readonly paginate: boolean;
  readonly instance: string | undefined;
}

interface CallInput {
  readonly options: CallOptions;
  readonly args: readonly (string | undefined)[];
}

type Method = HttpRequest['method'];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[];

/** Makes the request that the command line describes, sends it and gives back its answer. */
export async function call(context: Context, { options, args }: CallInput): Promise<Result> {
  const words = readWords(args);
  const path = await askIfMissing(context, words.path, {
    what: 'PATH',
    example: 'flowkiwi api /api/organizations/ID',
    message: 'Path of the API:',
  });
  const hasContent = options.field.length + options.rawField.length > 0 || options.input !== undefined;
  const method = words.method ?? (hasContent && !options.paginate ? 'POST' : 'GET');
  checkTogether(context, method, options);
  const headers = readHeaders(options.header);
  const target = await findTarget(context, { path, instance: options.instance, headers });
  const { url, dialect } = target;
  const request = await withContent({ method, url, headers: { ...dialect.headers, ...headers } }, context, { options, dialect });
  const send = (page: HttpRequest) => exchange(context, target, page);
  if (!options.paginate) return answerResult(context, { request, response: await send(request), include: options.include });
  const members = collectionMembers(request, send);
  return { print: (printer) => printRows(context, printer, members) };
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
  throw new CliError('usage', `${JSON.stringify(first)} is no method${swapped}`, { hint: `the methods are ${METHODS.join(', ')}` });
}

function checkTogether({ options: { format, fields } }: Context, method: Method, { input, include, paginate }: CallOptions): void {
  const isRead = method === 'GET' || method === 'HEAD';
  if (paginate && method !== 'GET') {
    throw new CliError('usage', `--paginate is for GET, not ${method}`, {
      hint: 'leave the method out: flowkiwi api --paginate PATH',
    });
  }
  if (include && (paginate || format !== undefined || fields !== undefined)) {
    throw new CliError(
      'usage',
      '--include prints the answer as it is, and cannot be combined with --paginate, --fields or a form of output',
      {
        hint: 'leave --include out; --debug shows the headers on stderr',
      },
    );
  }
  if (input !== undefined && isRead) {
    throw new CliError('usage', `${method} has no body, and --input gives one`, { hint: 'query parameters are fields: -f name=value' });
  }
}

interface Sources {
  readonly options: CallOptions;
  readonly dialect: Dialect;
}

/** The request with its body, or its query. What the user says of the content type is what is sent. */
async function withContent(request: HttpRequest, { edges }: Context, { options, dialect }: Sources): Promise<HttpRequest> {
  const content = createContent(edges);
  const fields: Field[] = options.rawField.map((given) => {
    const { name, text } = splitField(given, '--raw-field');
    return { name, value: text };
  });
  // One after another: two that read standard input must be told apart.
  for (const given of options.field) fields.push(await content.field(given));
  const { method, url } = request;
  const isQuery = method === 'GET' || method === 'HEAD' || options.input !== undefined;
  if (isQuery) for (const [name, value] of queryOfFields(fields)) url.searchParams.append(name, value);
  const body = await bodyOf();
  if (body === undefined) return request;
  return { ...request, headers: { 'content-type': dialect.bodyType(method), ...request.headers }, body };

  async function bodyOf(): Promise<string | Uint8Array | undefined> {
    if (options.input !== undefined) return content.bytes(options.input, '--input');
    return isQuery || fields.length === 0 ? undefined : jsonOfFields(fields);
  }
}
