import type { Effect } from '../../context/pins.ts';
import { defineCommand } from '../kit/command.ts';
import { otherData } from '../kit/data.ts';
import { choice, flag, onlyFor, text, texts } from '../kit/option.ts';
import { both } from '../kit/provider.ts';

export const api = defineCommand({
  name: 'api',
  summary: 'send any request, signed in',
  description: `Sends a request to the Identity API, or with --instance to the product management of an instance, and prints the answer unchanged.

PATH begins with /api, or with /rest/api for product management. The method is GET, or POST when there are fields or --input. Fields are the members of a JSON object: -F turns true, false, null and whole numbers into JSON and reads @FILE, -f takes text as it is; a[b]=c nests, a[]=x makes a list. Those of a GET and those beside --input become query parameters.

--paginate follows the links of a collection, or its page numbers, and sends a search of ZITADEL again with the next offset; its method is GET, or POST for a path that is such a search.

--dry-run prints the method, the URL, the headers and the body; --curl a line for a POSIX shell. Neither needs you to be signed in: the token is left to the variable FLOWKIWI_TOKEN, which flowkiwi auth token can fill. A field of --field NAME=@FILE whose name is that of a secret is a variable too; --curl takes such a body with --input.

flowkiwi api ls [WORD] lists the endpoints with their methods and what they do, or those that have the word in one of these. {…} in a path stands for a value that you fill in. A path of that name is asked for as /ls.

An answer with an error status is an error on stderr, with the usual exit status. With --fields, a key that the answer does not have is null.`,
  arguments: [
    { name: 'method', kind: 'setting', summary: 'GET, HEAD, POST, PUT, PATCH or DELETE; may be left out' },
    { name: 'path', kind: 'path', summary: 'where to, for example /api/organizations/ID' },
  ],
  options: {
    method: choice('-X, --method <method>', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'the same as a method before the path'),
    field: texts('-F, --field <name=value>', 'content', 'a field with a typed value; @FILE reads a file, @- standard input (repeatable)'),
    rawField: texts('-f, --raw-field <name=text>', 'content', 'a field with a text as its value (repeatable)'),
    input: text('--input <file>', 'path', 'the body, byte by byte; - is standard input'),
    header: texts('-H, --header <name: value>', 'content', 'a header (repeatable)'),
    include: flag('-i, --include', 'print the status line and the headers too'),
    dryRun: flag('--dry-run', 'show the request, and do not send it'),
    curl: flag('--curl', 'print a curl line that sends the request, and do not send it'),
    paginate: flag('--paginate', 'read a list to its last page, and print one JSON array'),
    ...onlyFor(
      { flowkiwi: true, zitadel: false },
      { instance: text('--instance <handle>', 'handle', "ask this instance's product management, as the current organization") },
    ),
  },
  examples: [
    'flowkiwi api /api/organizations/$ORG',
    'flowkiwi api /api/organizations/$ORG/instances -f name="Acme EU" -f handle=acme-eu',
    'flowkiwi api PATCH /api/organizations/$ORG -f name="Acme Group" --include',
    'flowkiwi api --paginate /api/organizations/$ORG/instances --fields handle,name',
    "flowkiwi api --paginate /admin/v1/orgs/_search -F 'query[limit]=50' -q",
    'flowkiwi api /api/organizations -f name="Acme Corp" --dry-run',
    'flowkiwi api ls organizations',
    'flowkiwi api --instance acme-eu /rest/api/products -f title="First product" -q',
  ],
  printsResource: true,
  exits: ['not_found', 'auth', 'conflict', 'unknown_outcome', 'forbidden', 'unavailable', 'rate_limited'],
  data: both(otherData),
  effect: effectOfRequest,
  org: both('used'),
}).run(both(async (context, input) => (await import('./call.ts')).call(context, input)));

/** Never throws: what is wrong with the words is said when they are used. */
function effectOfRequest(raw: Readonly<Record<string, unknown>>, [first, second]: readonly (string | undefined)[]): Effect {
  if (raw['dryRun'] === true || raw['curl'] === true || first === 'ls') return 'reads';
  const hasContent = [raw['field'], raw['rawField'], raw['input']].some((value) => value !== undefined);
  const method = String(raw['method'] ?? (second === undefined ? undefined : first) ?? (hasContent ? 'POST' : 'GET')).toUpperCase();
  if (method === 'DELETE') return 'deletes';
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'changes';
}
