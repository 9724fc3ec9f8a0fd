import { HELP_COLUMNS } from '../kit/help-text.ts';
import { AGENTS_TEXT } from './agents-topic.ts';
import { APPLY_TEXT } from './apply-topic.ts';
import { AUTHENTICATION_TEXT } from './authentication-topic.ts';
import { optionsText } from './options-topic.ts';
import { reflow } from './reflow.ts';
import { SANDBOX_TEXT } from './sandbox-topic.ts';
import type { TopicName } from './topic-names.ts';
import { troubleshootingText } from './troubleshooting-topic.ts';
import { ZITADEL_TEXT } from './zitadel-topic.ts';

/** A page of the manual that is not about one command. */
export interface Topic {
  readonly name: TopicName;
  readonly summary: string;
  readonly text: string;
}

const PAGES: readonly Topic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit status says',
    text: `  0    done
  1    internal                   a bug of flowkiwi
  2    usage, invalid             bad command line, input that flowkiwi or the
                                  server refused, or a URL where the API is not
  3    not_found                  there is no such thing
  4    auth                       not signed in, sign-in refused or expired
  5    conflict                   a handle that is taken, a name that several
                                  have, a port that is in use
  6    unknown_outcome, timeout   a create whose answer was lost, or that failed
                                  in the middle of it (500, 502, 504, or a 503 of
                                  a gateway), or a wait that ran out: the hint
                                  says what to check
  7    forbidden                  signed in, but not allowed
  10                              changes, for apply --detailed-exitcode
  75   unavailable, rate_limited  network, too many requests or a failing server,
                                  after retries of what is safe to repeat; what
                                  this machine has no more of: safe to run again
  129  hangup                     the terminal was closed, or SIGHUP
  130  interrupted                Ctrl-C
  131  quit                       SIGQUIT
  143  terminated                 SIGTERM

With --json an error is one line of JSON on stderr, and stdout is empty. detail has the server's own
words, retry_after the seconds after which it wants to be asked again:
  {"error":{"code":"not_found","message":"…","detail":"…","hint":"…",
   "status":404,"violations":[],"request_id":null,"retry_after":null}}

Requests that failed are repeated where nothing can happen twice, a create that was refused for the
moment too (429, or 503 with Retry-After), up to three times. A server that asks for more than 60 s,
or for more than --timeout has left, is not waited for. --timeout bounds the whole command; the time
in which a question waits for its answer does not count.

auth status and doctor print what they found also when it is bad. That a file was open to others, or
that a list has fewer rows than the server counts, is said as JSON, too:
  {"warning":{"message":"…"}}
`,
  },
  {
    name: 'environment',
    summary: 'variables that flowkiwi reads',
    text: `A flag wins over the environment, the environment over .flowkiwi.json, that over the profile.

  FLOWKIWI_TOKEN          access token; wins over the stored credential
  FLOWKIWI_PROFILE        profile to use (--profile)
  FLOWKIWI_URL            base URL of the API
  FLOWKIWI_PROVIDER       dialect of the API: flowkiwi or zitadel
  FLOWKIWI_ORG            organization (--org)
  FLOWKIWI_ISSUER         sign-in server (login --issuer)
  FLOWKIWI_CLIENT_ID      client id at the sign-in server (login --client-id)
  FLOWKIWI_CLIENT_SECRET  secret of that client; with FLOWKIWI_CLIENT_ID commands sign in without login
  FLOWKIWI_KEY_FILE       key file of a service account: commands sign in with it without login
  FLOWKIWI_OIDC           1: commands sign in with the CI's token for this job, without login
  FLOWKIWI_ID_TOKEN       the CI's token for this job (login --oidc, FLOWKIWI_OIDC)
  FLOWKIWI_CONFIG_DIR     folder of config.json, credentials.json and organizations.jsonl;
                          an absolute path
  FLOWKIWI_SANDBOX_SECRET  secret of the controls of a sandbox (sandbox exec sets it)
  FLOWKIWI_NO_INPUT       never ask anything (--no-input)
  FLOWKIWI_NO_SPINNER     never show on a terminal what is being done
  FLOWKIWI_AGENT          0 asks in the terminal of a coding agent too, 1 takes every terminal for one
  FLOWKIWI_DEBUG          show every request on stderr (--debug)
  CI                      never ask anything
  GITHUB_OUTPUT           file for the outputs of a step (--github-output), which GitHub Actions names
  NO_COLOR, FORCE_COLOR   no colour, always colour; --color wins, then NO_COLOR. JSON in a pipe takes
                          its colour from --color alone
  BROWSER                 command that opens a URL
  HTTPS_PROXY             proxy to all servers but those on this machine: http://USER:PASSWORD@HOST:PORT
                          (USER and PASSWORD are percent-encoded: @ as %40, / as %2F)
  HTTP_PROXY              the same, when HTTPS_PROXY is not set
  NO_PROXY                hosts to reach without a proxy: flowkiwi.net:8443,192.0.2.0/24, or * for all
  NODE_EXTRA_CA_CERTS     file with the certificate of an authority of your own
  SSL_CERT_FILE           the same; a file that cannot be used is an error
  NODE_USE_SYSTEM_CA      1 trusts what this system trusts (Node.js 22.19, 24.6 and later)

A file .flowkiwi.json in the working folder or in one above it, the nearest, names the profile and the organization that commands there use. Both are there already: it never holds a URL or a credential, and the profile has to know the organization (flowkiwi org get ID makes it known).

  {"profile": "work", "organization": "Acme Corp"}

Commands that change something say that they use it. Those that delete take nothing from it, and want --profile and --org instead. The organization counts with the profile of the file only, and not with FLOWKIWI_URL. A file of another user, or one that others can write to, is ignored with a warning. flowkiwi auth status says where each value comes from.
`,
  },
  {
    name: 'output',
    summary: 'tables, JSON and the other forms of a result',
    text: `Data goes to stdout, everything else to stderr.

  on a terminal           a table
  in a pipe or a file     tab-separated values without a header
  --json, -o json         one JSON value; lists are arrays; fields as the API names them
  -o yaml, -o tsv         YAML, tab-separated values
  -o csv                  CSV (RFC 4180) with a header; what a spreadsheet would compute has a quote in front
  -q, --quiet, -o id      ids, one a line
  -q --json               ids, one a line; errors are JSON

A table on a terminal shows times as "3 minutes ago", or as the day alone when that is more than 30 days
away. They are exact in -o json, yaml, csv or tsv, in a pipe, and in sandbox logs.

--jq EXPRESSION prints what jq makes of the JSON: jq 1.8 is built in. Each result is a line; strings
come raw, as with gh --jq (a terminal shows their line breaks as \\n), anything else as JSON. A list is
one array; the events of apply and of sandbox logs -f are values of their own. Numbers keep all their
digits until they are computed with. Results are printed when the expression has ended. An expression sees
the JSON alone: no files, no modules, no variables of the environment. One that cannot be read ends the
command before anything is sent; one that fails on the result exits 2 when the command is done. Errors are
words, unless there is --json too.

  flowkiwi instance list --jq '.[] | select(.name > "M") | .handle'

--fields id,name chooses columns or keys, and their order; with -q they take the place of the ids. In
tab-separated values, tabs, line breaks and backslashes inside a value are written as \\t, \\n, \\r
and \\\\.

  ORG=$(flowkiwi org create "Acme Corp" -q)
  HOST=$(flowkiwi instance get acme-eu -q --fields product_management_url)

--github-output NAME=FIELD makes a field of the resource that is printed an output of the step, in GitHub
Actions: a text as it is, null as nothing, anything else as JSON. It may be given several times.

  flowkiwi instance get acme-eu --github-output host=product_management_url

A create with --if-exists skip prints what is there afterwards. In JSON, created says whether it is new,
and requested_name the name that was asked for where the one that is there has another.

At Flowkiwi, names of organizations need not be unique, and there is no listing: org create --if-exists
skip takes the one of exactly that name that the profile knows and can read, or the one of FLOWKIWI_ORG
when it has that name. A profile that knows none, as on a new machine, cannot tell, and exits 2. Say
--first-run once, by hand, when there is none yet. In CI give the id in FLOWKIWI_ORG: --first-run is
refused there, because it would create an organization in every run.

A name that begins with a hyphen stands behind --, after all options:

  flowkiwi org create -q -- "-Acme-"

--help and --version beside a command are on stderr in a pipe, so that a script never takes them for an
id. flowkiwi help org create prints the same on standard output.
  flowkiwi instance list --fields handle,product_management_url
`,
  },
  {
    name: 'authentication',
    summary: 'ways to sign in, and which credential is used',
    text: AUTHENTICATION_TEXT,
  },
  {
    name: 'sandbox',
    summary: 'trying everything out on this machine',
    text: SANDBOX_TEXT,
  },
  { name: 'zitadel', summary: 'organizations and instances of a ZITADEL', text: ZITADEL_TEXT },
  { name: 'apply', summary: 'many customers from a file', text: APPLY_TEXT },
  { name: 'options', summary: 'the options of every command', text: optionsText() },
  { name: 'agents', summary: 'for coding agents: the commands, JSON, exit codes, what is safe to repeat', text: AGENTS_TEXT },
  { name: 'troubleshooting', summary: 'each error code: what it comes from, and what helps', text: troubleshootingText() },
];

/** All pages, in lines that fit. */
export const TOPICS: readonly Topic[] = PAGES.map((page) => ({ ...page, text: reflow(page.text, HELP_COLUMNS) }));
