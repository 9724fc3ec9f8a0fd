import { SANDBOX_PORT } from '../../well-known.ts';
import { HELP_COLUMNS } from '../kit/help-text.ts';
import { AGENTS_TEXT } from './agents-topic.ts';
import { APPLY_TEXT } from './apply-topic.ts';
import { optionsText } from './options-topic.ts';
import { reflow } from './reflow.ts';
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

auth status alone prints its object also when it is a bad one. That a file was open to others, or that
a list has fewer rows than the server counts, is said as JSON, too:
  {"warning":{"message":"…"}}
`,
  },
  {
    name: 'environment',
    summary: 'variables that flowkiwi reads',
    text: `A flag wins over the environment, the environment over the profile.

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
  FLOWKIWI_AGENT          0 asks in the terminal of a coding agent too, 1 takes every terminal for one
  FLOWKIWI_DEBUG          show every request on stderr (--debug)
  CI                      never ask anything
  GITHUB_OUTPUT           file for the outputs of a step (--github-output), which GitHub Actions names
  NO_COLOR, FORCE_COLOR   no colour, always colour; --color wins, then NO_COLOR
  BROWSER                 command that opens a URL
  HTTPS_PROXY             proxy to all servers but those on this machine: http://USER:PASSWORD@HOST:PORT
                          (USER and PASSWORD are percent-encoded: @ as %40, / as %2F)
  HTTP_PROXY              the same, when HTTPS_PROXY is not set
  NO_PROXY                hosts to reach without a proxy: flowkiwi.net:8443,192.0.2.0/24, or * for all
  NODE_EXTRA_CA_CERTS     file with the certificate of an authority of your own
  SSL_CERT_FILE           the same; a file that cannot be used is an error
  NODE_USE_SYSTEM_CA      1 trusts what this system trusts (Node.js 22.19, 24.6 and later)
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
    text: `A command uses FLOWKIWI_TOKEN, else a machine's identity in the environment, else the stored credential
of the profile. Only login and onboard ever ask a person to sign in.

  flowkiwi login                 the browser at a desktop; a code over SSH, in a container
                                 or without a display
  flowkiwi login --browser       the browser of this machine
  flowkiwi login --no-browser    the same, but the URL is only printed
  flowkiwi login --device        a code that is entered in any browser
  flowkiwi login --with-token    an access token from standard input

Who has signed in is said, and asked on a terminal when it is another account than the stored one.
--expect-user EMAIL|SUB takes no other, and no address that the server says it has not verified. On Linux
only processes of the same user, or of root, can finish a sign-in in the browser.

A client that has a secret takes it from FLOWKIWI_CLIENT_SECRET (with --client-id, or the profile's) or
--client-secret-file, in the browser and with a code too; --client-auth says how it is shown, where the
server does not list it. One that signs with a key (private_key_jwt): --browser or --device with --key-file
FILE, and --key-id for a PEM key that the server knows by an id. --par hands over what is asked for beforehand (PAR). DPoP is not supported.

The browser comes back to http://127.0.0.1/callback, with a port that is free at that moment: that is the
redirect URI to register for the client. For a server that compares it with the port, register one port and
say it: --callback-port N, with --callback-path and --callback-host localhost where they differ.

  --scope SCOPE                  what to ask for, in place of the usual (repeatable); sent as it is
  --prompt select_account        lets the page ask which account; also login, consent, or '' for nothing
  --login-hint jane@acme.example
                                 the account that the page offers
  --auth-param NAME=VALUE        what the page is asked with, as the server names it

profile set keeps each of these for later sign-ins; profile set work --unset scope takes one away again, by
the name of its option. (--prompt '' keeps that nothing is sent.) Without --scope it is openid profile email
offline_access. Keycloak wants http://127.0.0.1/* as the redirect URI, and its device grant switched on;
at ZITADEL the application is of type Native. docs/sign-in.md in the package says more, server by server.

Behind a proxy set HTTPS_PROXY; for a certificate authority of your own NODE_EXTRA_CA_CERTS=FILE, or
NODE_USE_SYSTEM_CA=1. In WSL the browser of Windows opens. Over SSH and in a container there is a code,
because no browser could come back to this machine; in CI it takes one of those below. flowkiwi logout
--browser ends the session of the browser too.

Without a person, as in CI:

  flowkiwi login --oidc                      the CI's own token for the job, exchanged: no secret
                                             is stored. --oidc-token-file, else FLOWKIWI_ID_TOKEN,
                                             else GitHub Actions (permissions: id-token: write)
  flowkiwi login --key-file key.json         the key of a service account (RFC 7523): ZITADEL's key
                                             file, or a PEM key with --key-id and --client-id
  flowkiwi login --client-credentials        a client's id and secret: FLOWKIWI_CLIENT_ID and
                                             FLOWKIWI_CLIENT_SECRET, or --client-secret-file

A PEM key is tried with client credentials (private_key_jwt, as Keycloak takes it) and as a JWT bearer. The
job's token is tried as the client's assertion, as a JWT bearer and in an exchange, those first that the
server lists: until one is accepted, with one retry after a refusal of the client. --oidc-grant chooses
one, --oidc-param NAME=VALUE adds a parameter; profile set keeps them, and --key-file too: login then needs
no flag. The grant that was accepted is stored with the profile. A secret and a CI's token go to no server
but the API's own origin and one that you have named.

What they get is renewed by the same means: the key or the secret is stored with the tokens, and the
job's token is asked for again.

Without login, each command signs in by itself with one of these identities. The token stays in memory,
nothing is written, and the disk may be read-only:

  FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET    a client's id and secret
  FLOWKIWI_KEY_FILE=key.json                       a key file; FLOWKIWI_CLIENT_ID for a PEM key
  FLOWKIWI_OIDC=1                                  the job's token: FLOWKIWI_ID_TOKEN, else GitHub Actions

Two of them at once are an error (2). A command that runs long gets its next token in the same way.

At ZITADEL (profile add --provider zitadel, which adds the scopes that its APIs need) people sign in through
a native app, whose client id is in the profile. profile add asks a person for it; auth app create makes
it, with the key or the token of somebody who may create projects. There are also:

  flowkiwi auth app create --key-file admin.json
  flowkiwi login --with-token                a personal access token, which lasts until it expires
  flowkiwi login --key-file acme.json        the key of a machine: what instance create --key-out leaves

Commands for instances, but instance get of one's own, need no sign-in there but a system user that the
server's configuration knows: profile add --system-user NAME --system-key FILE. Each command signs a
token of its own with that key, for a few minutes.

The sign-in server is --issuer, else FLOWKIWI_ISSUER, else the profile's, else what the API publishes.
Where it publishes none, the "Log in with Flowkiwi" button of the documentation site gives a token for --with-token.

Tokens are stored in credentials.json, readable by you alone; flowkiwi auth status says where. A token
goes to no other server than the one it was obtained for. flowkiwi logout revokes and deletes it, and a
new sign-in ends the session that it replaces. A session that may be shared, by two profiles or by two
sign-ins of one browser, goes on at the server until the last of them ends.

  flowkiwi auth storage keyring  the tokens are encrypted, with a key from the system's keychain;
                                 login --storage keyring does so from the start
  flowkiwi auth storage file     as they are, in a file that you alone can read (the usual)

Without a keychain that is unlocked nothing is stored, and nothing is lost: the command says what helps.
It needs the package @napi-rs/keyring, which is installed with flowkiwi unless optional packages were skipped.

Several accounts side by side are several profiles, each with a credential of its own:

  flowkiwi profile add work --url https://identity.flowkiwi.net
  flowkiwi --profile work login
  flowkiwi --profile work org list
  flowkiwi profile use work

The profile is --profile, else FLOWKIWI_PROFILE, else the one of profile use. flowkiwi auth status says
which one won and why; flowkiwi profile show says it of each value.
`,
  },
  {
    name: 'sandbox',
    summary: 'trying everything out on this machine',
    text: `  flowkiwi onboard --sandbox               the main job, in a sandbox that ends with the command
  flowkiwi sandbox start                   a sandbox that stays, until Ctrl-C
  flowkiwi --profile sandbox login         sign in to it, as anybody
  flowkiwi --profile sandbox org create "Acme Corp"
  flowkiwi --profile sandbox-zitadel login
                                           the same at its ZITADEL
  flowkiwi sandbox exec -- ./onboard.sh    a script against a sandbox of its own, signed in
  flowkiwi sandbox open                    its page, in the browser
  flowkiwi sandbox logs -f                 the requests to it, as they come
  flowkiwi sandbox status                  what runs, and the secret of its controls
  flowkiwi sandbox reset                   delete what is in it

The sandbox is a real OpenID provider, the Flowkiwi Identity API and the APIs of ZITADEL, on a real
database. It listens on this machine only. The profiles sandbox and sandbox-zitadel expect it at port
${SANDBOX_PORT}; after sandbox start --port 9000, FLOWKIWI_URL=http://127.0.0.1:9000 says where it is. The key of its
system user, which creates instances of ZITADEL, is sandbox-system-user.pem beside your config.json. Its
data is in sandbox.db in your state folder (--data names another file, --memory keeps none). With Node.js
22.13 or later other programs (sqlite3) may read it meanwhile; with an older one the sandbox sees that they
do and, as when its file is removed or replaced, refuses every request with 503 from then on. It ends with
75 then, as nothing that it was told later is kept. --seed FILE starts it with the customers of a manifest of
apply, where they are missing. --auto-approve signs everybody in at once as jane@acme.example.
flowkiwi sandbox open opens its page: what is in it and the latest requests, live.
The product management of an instance is at
http://HANDLE.product-management.localhost:PORT/rest/api/: collections of any
name that take any JSON object, with no schema of Flowkiwi's.

  flowkiwi --profile sandbox api --instance acme-eu /rest/api/products

At the same address, ZITADEL's APIs speak REST, gRPC (without TLS, with server reflection), gRPC-Web and
Connect. Any program may register as a client of its own at /oauth/register (RFC 7591).
A profile with --url http://localhost:PORT signs in as at a real ZITADEL: through an app that
auth app create makes, or with a key, in ZITADEL's own ways.

sandbox exec starts one in memory on a free port, gives the command after -- FLOWKIWI_URL,
FLOWKIWI_TOKEN, FLOWKIWI_PROFILE, FLOWKIWI_SANDBOX_SECRET and a FLOWKIWI_CONFIG_DIR of its own, which
knows that this sandbox is new (so that org create --if-exists skip needs no --first-run), and ends with
its exit status; 128 and the number of the signal when a signal ended it, 127 when it is not found, 126 when
it cannot be run. As many as you like run side by side. With
--provider zitadel the command is signed in to ZITADEL, as an administrator and as a system user. With
--machine secret, key or oidc it signs in by itself, as the job will in CI: in place of FLOWKIWI_TOKEN it
has FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET, FLOWKIWI_KEY_FILE, or FLOWKIWI_OIDC and a CI job's
variables.

It fails on purpose, for testing what a script does then (start and exec):
  --latency MS            hold every answer back
  --rate N                answer 429 with Retry-After beyond N requests to Flowkiwi's API a second
  --fault RULE            [METHOD ]PATH=EFFECT[@CHANCE%][xTIMES], repeatable; without xTIMES for ever
    'POST /api/organizations=503x2'        a status from 400 to 599, for the first two; 429 and 503 have
                                           Retry-After: 1, any has the seconds behind it (503:5)
    'GET /api/*=latency:500'               half a second later, latency:50-500 any time between; * in a path is
                                           any text
    'POST /api/*/instances=reset-before'   the connection is cut, nothing was created
    'POST /api/*/instances=reset-after'    the connection is cut, the instance exists
    'POST /api/organizations=503-after'    created, but a gateway answers with that status
    'GET /api/*=502@5%'                    five of a hundred requests
    '*=truncatex1'                         half of the body, then the connection is cut
    database-down                          ZITADEL and its sign-in without their database; database-down@5s
                                           for five seconds
The first rule that matches decides; latencies add up. With --fault-seed N the same requests, in the same
order, have the same faults each time. While it runs, POST to /_sandbox/faults
{"rules":["GET /api/*=500"],"latency":0,"rate":0} replaces what it names; GET shows what is set.

Where the documentation is silent, --switch NAME=VALUE chooses an answer (the first is the default):
  duplicateHandle=422|409         unauthenticated=problem|empty|lexik
  nonEmptyOrgDelete=409|403       transferRuleViolation=422|409|403
  maxItemsPerPage=N               the largest page of a list; 1000 by default
  tokenExchange=on|off
  idempotencyKeys=off|on          whether a create with an Idempotency-Key is carried out once
  accessTokenSeconds=N            how long the access token of a sign-in lasts; 3600 by default
And how its ZITADEL is not perfect; --lag MS is short for --switch lag=MS:
  lag=MS                          searches, and new instances, show what was written that much later
  zitadel=4.0|2.70                which ZITADEL answers: they differ in texts, sorting, Connect and OAuth
  zitadelErrors=plain|wrapped     errors as v4.11 to v4.13.1 wrap them: 500 with the real status in the text
  zitadelQuota=unlimited|exhausted, zitadelInstance=running|blocked
                                  429 that lasts, but not for system users
  zitadelDomains=trusted|validated
                                  domains are verified by a token, those
                                  under .invalid never
  zitadelMfa=optional|required    people are refused for want of a second factor
  zitadelCreateInstance=complete|partial
                                  500, although the instance is there
POST {"switches":["duplicateHandle=409"]} to /_sandbox/switches does the same while it runs.

Everything under /_sandbox/ is for the user of the sandbox alone, and asks for
its secret, but for /_sandbox/health. It is a new one each time a sandbox
starts, in a file beside your config.json; --open-controls asks for none. Under
sandbox exec it is in FLOWKIWI_SANDBOX_SECRET. Signing in to the sandbox stays
open to everybody who can reach it.

  SECRET=$(flowkiwi sandbox status --json | jq -r .secret)
  curl -H "Authorization: Bearer $SECRET" -H 'Content-Type: application/json' \\
    -d '{"rules":["GET /api/*=500"]}' http://127.0.0.1:8787/_sandbox/faults

For scripts that look at what was done there:
  GET /_sandbox/requests    the latest requests with headers, bodies and answers,
                            without secrets
    ?method=POST&path=/api/*&status=4xx&text=acme&after=12&limit=100&wait=10
                            some of them; wait is how many seconds to wait
                            for one when there is none
  GET /_sandbox/state       organizations, instances and members of both
                            providers
sandbox start --port 0 takes a free port; --ready-file FILE is written with the
address when it is ready, --log prints a line for each request.

Other POSTs under /_sandbox/, all with Content-Type: application/json:
  tokens {"email":"jane@acme.example"}                   an access token
  organizations/ID/members {"email":"…","role":"owner"}  a member, or an owner
  instances/ID/authorized-organizations {"organization_id":"…"}
  machines {"name":"Deployer"}                           an account for a script, to sign in without a person
  zitadel/members {"email":"…","roles":["ORG_OWNER"]}    roles at ZITADEL, in place of the user's own
  zitadel/system-users {"name":"…","public_key":"…"}     one more system user; the key is RSA, in PEM. With
                                                         "instance_roles":["IAM_OWNER"] it has these roles in
                                                         every instance, and none in the system; with
                                                         "system_roles":["SYSTEM_OWNER"] these everywhere
  reset {}                                               delete every organization and instance, and count them
A reset counts those of Flowkiwi and ZITADEL together, without the instance and the organization that ZITADEL
begins with: they are made again.
A machine can sign in by its client_id and client_secret, by its key (a service account's key file), and
in a CI job that has ci's request_url and request_token as ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN.
`,
  },
  { name: 'zitadel', summary: 'organizations and instances of a ZITADEL', text: ZITADEL_TEXT },
  { name: 'apply', summary: 'many customers from a file', text: APPLY_TEXT },
  { name: 'options', summary: 'the options of every command', text: optionsText() },
  { name: 'agents', summary: 'for coding agents: the commands, JSON, exit codes, what is safe to repeat', text: AGENTS_TEXT },
  { name: 'troubleshooting', summary: 'each error code: what it comes from, and what helps', text: troubleshootingText() },
];

/** All pages, in lines that fit. */
export const TOPICS: readonly Topic[] = PAGES.map((page) => ({ ...page, text: reflow(page.text, HELP_COLUMNS) }));
